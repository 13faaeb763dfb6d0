package dev.sluice.ops;

import dev.sluice.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The files of the dashboard: a page without data of its own, which reads the operations API. */
final class Dashboard {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "dashboard.html", "text/html;charset=utf-8",
          "dashboard.js", "text/javascript;charset=utf-8",
          "dashboard.css", "text/css;charset=utf-8");

  private Dashboard() {}

  /**
   * Sends a file; 404 if there is none.
   *
   * @param name empty for the page
   */
  static void send(String name, HttpServletResponse response) throws IOException {
    String file = name.isEmpty() ? "dashboard.html" : name;
    String type = TYPES.get(file);
    if (type == null) {
      Problem.of(404, "There is no such page.").sendTo(response);
      return;
    }
    try (InputStream in = Dashboard.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing in this archive");
      }
      response.setContentType(type);
      response.setHeader("Cache-Control", "no-cache");
      response.setHeader("Content-Security-Policy", POLICY);
      response.setHeader("Referrer-Policy", "no-referrer");
      in.transferTo(response.getOutputStream());
    }
  }
}
