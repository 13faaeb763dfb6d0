package dev.sluice.service;

import dev.sluice.http.PageFile;
import dev.sluice.ratelimit.RateLimitExempt;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;

/**
 * {@code GET /openapi.json} and {@code GET /openapi.yaml}: what the build wrote of this service.
 */
@Path("/openapi.{format:json|yaml}")
@ApplicationScoped
@RateLimitExempt
public class OpenApiResource {

  private static final String YAML = "application/yaml";

  @GET
  @Produces({MediaType.APPLICATION_JSON, YAML})
  public Response read(@PathParam("format") String format) throws IOException {
    return Response.ok(PageFile.read("META-INF/openapi." + format).orElseThrow())
        .type(format.equals("json") ? MediaType.APPLICATION_JSON : YAML)
        .build();
  }
}
