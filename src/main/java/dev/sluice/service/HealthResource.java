package dev.sluice.service;

import dev.sluice.ops.Health;
import dev.sluice.ops.HealthState;
import dev.sluice.ops.HealthState.Status;
import dev.sluice.ratelimit.RateLimitExempt;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * {@code GET /health}: the health of the service, in the JSON of MicroProfile Health, 503 if
 * something is down. Servers that have that API respond to these paths themselves.
 *
 * @see <a href="https://download.eclipse.org/microprofile/microprofile-health-4.0.1/">MicroProfile
 *     Health 4.0.1</a>
 */
@Path("/health")
@ApplicationScoped
@RateLimitExempt
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {

  @Inject private Health health;

  @GET
  public Response all() {
    return response(List.of(health.liveness(), health.startup(), health.readiness()));
  }

  @GET
  @Path("live")
  public Response live() {
    return response(List.of(health.liveness()));
  }

  @GET
  @Path("started")
  public Response started() {
    return response(List.of(health.startup()));
  }

  @GET
  @Path("ready")
  public Response ready() {
    return response(List.of(health.readiness()));
  }

  private static Response response(List<HealthState> states) {
    boolean isUp = states.stream().allMatch(state -> state.status() == Status.UP);
    JsonArrayBuilder checks = Json.createArrayBuilder();
    states.forEach(state -> checks.add(check(state)));
    String body =
        Json.createObjectBuilder()
            .add("status", (isUp ? Status.UP : Status.DOWN).name())
            .add("checks", checks)
            .build()
            .toString();
    return Response.status(isUp ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
        .header("Cache-Control", "no-store")
        .entity(body)
        .build();
  }

  private static JsonObjectBuilder check(HealthState state) {
    JsonObjectBuilder check =
        Json.createObjectBuilder().add("name", state.name()).add("status", state.status().name());
    if (!state.data().isEmpty()) {
      JsonObjectBuilder data = Json.createObjectBuilder();
      state.data().forEach(datum -> data.add(datum.name(), datum.value()));
      check.add("data", data);
    }
    return check;
  }
}
