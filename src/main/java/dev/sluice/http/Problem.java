package dev.sluice.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The body of an error response.
 *
 * @param type what kind of problem it is; {@code about:blank} when the status says it all
 * @param detail what is wrong with this request, for a person
 * @param extensions further members by name
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record Problem(
    URI type, String title, int status, String detail, Map<String, JsonValue> extensions) {

  public static final MediaType MEDIA_TYPE = new MediaType("application", "problem+json");

  private static final URI BLANK = URI.create("about:blank");

  /** Kept, since looking up a provider is the slowest part of an error. */
  private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

  /** Returns a problem that its status explains. */
  public static Problem of(int status, String detail) {
    Response.Status known = Response.Status.fromStatusCode(status);
    return new Problem(
        BLANK, known == null ? "Error" : known.getReasonPhrase(), status, detail, Map.of());
  }

  /** Returns a copy with one more member. */
  public Problem with(String name, JsonValue value) {
    Map<String, JsonValue> more = new LinkedHashMap<>(extensions);
    more.put(name, value);
    return new Problem(type, title, status, detail, more);
  }

  /** Returns the body. Written here, so that it does not depend on a server's JSON binding. */
  public String toJson() {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("type", type.toString())
            .add("title", title)
            .add("status", status)
            .add("detail", detail);
    extensions.forEach(json::add);
    return json.build().toString();
  }

  /** Sends it as the whole response of a servlet filter or a servlet; no cache may store it. */
  public void sendTo(HttpServletResponse response) throws IOException {
    byte[] body = toJson().getBytes(UTF_8);
    response.setStatus(status);
    response.setContentType(MEDIA_TYPE.toString());
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** Starts a response with this status and body, which no cache may store. */
  public Response.ResponseBuilder toResponse() {
    return Response.status(status)
        .type(MEDIA_TYPE)
        .header("Cache-Control", "no-store")
        .entity(toJson());
  }
}
