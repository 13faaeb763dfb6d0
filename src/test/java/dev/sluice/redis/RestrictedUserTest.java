package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The user of Redis in {@code operations.md}; {@code OnRedisIT} runs the service as that user. */
class RestrictedUserTest {

  private static final Pattern CALL = Pattern.compile("\\bp?call\\('(\\w+)'");

  @Test
  void mayRunEveryCommandOfEveryScript() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/operations.md"));
    int start = page.indexOf("ACL SETUSER sluice ");
    String user = page.substring(start, page.indexOf("```", start));
    Set<String> commands = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
      for (Path script : files.filter(file -> file.toString().endsWith(".lua")).toList()) {
        Matcher call = CALL.matcher(Files.readString(script));
        while (call.find()) {
          commands.add(call.group(1).toLowerCase(Locale.ROOT));
        }
      }
    }
    assertThat(commands).hasSizeGreaterThan(10);
    assertThat(user.split("\\s+")).containsAll(commands.stream().map(it -> "+" + it).toList());
  }
}
