package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.PageFile;
import dev.sluice.ratelimit.RateLimitExempt;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;

/**
 * {@code GET /docs}: the OpenAPI document in Swagger UI, whose files are in its webjar. Served here
 * because the servers serve no static files beside Jakarta REST at the root. The page loads nothing
 * from elsewhere, and its policy lets it run no inline script.
 */
@Path("/docs")
@ApplicationScoped
@RateLimitExempt
public class DocsResource {

  private static final Map<String, String> TYPES =
      Map.of(
          "docs.html", "text/html;charset=utf-8",
          "docs.js", "text/javascript;charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript;charset=utf-8",
          "swagger-ui.css", "text/css;charset=utf-8",
          "favicon-32x32.png", "image/png");

  @SuppressWarnings("NullAway.Init")
  private String webjar;

  @PostConstruct
  void findWebjar() {
    webjar = "META-INF/resources/webjars/swagger-ui/" + version() + "/";
  }

  private static String version() {
    String jar = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(new String(PageFile.read(jar).orElseThrow(), UTF_8)));
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @GET
  public Response page() throws IOException {
    return file("docs.html");
  }

  /** A file that the page loads. */
  @GET
  @Path("{file}")
  public Response file(@PathParam("file") String name) throws IOException {
    String type = TYPES.get(name);
    if (type == null) {
      throw new NotFoundException();
    }
    String folder = name.startsWith("docs.") ? "dev/sluice/service/" : webjar;
    return Response.ok(PageFile.read(folder + name).orElseThrow(NotFoundException::new))
        .header("Content-Type", type)
        .header("Content-Security-Policy", PageFile.POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-cache")
        .build();
  }
}
