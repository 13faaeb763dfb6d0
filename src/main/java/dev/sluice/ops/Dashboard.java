package dev.sluice.ops;

import dev.sluice.http.PageFile;
import dev.sluice.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** The files of the dashboard: a page without data of its own, which reads the operations API. */
final class Dashboard {

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
    byte[] bytes = PageFile.read("dev/sluice/ops/" + file).orElseThrow();
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Content-Security-Policy", PageFile.POLICY);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.getOutputStream().write(bytes);
  }
}
