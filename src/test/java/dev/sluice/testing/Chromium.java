package dev.sluice.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pages as a browser shows them. Needs chromium on the path. */
public final class Chromium {

  /**
   * A page after its scripts have run.
   *
   * @param text its document as HTML
   * @param console what scripts, and the page's policy, had to complain of
   */
  public record Page(String text, List<String> console) {}

  private Chromium() {}

  /** Opens a page, waits for its requests and timers, and returns what it shows. */
  public static Page open(URI address) throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory("chromium");
    Path log = profile.resolve("console.txt");
    Process browser =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + profile,
                "--virtual-time-budget=10000",
                "--enable-logging=stderr",
                "--dump-dom",
                address.toString())
            .redirectError(log.toFile())
            .start();
    String text = new String(browser.getInputStream().readAllBytes(), UTF_8);
    browser.waitFor();
    List<String> console =
        Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList();
    return new Page(text, console);
  }
}
