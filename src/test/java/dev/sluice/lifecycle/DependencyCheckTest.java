package dev.sluice.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependencyCheckTest {

  @TempDir private Path folder;

  @Test
  void acceptsBundledVersions() {
    assertThat(DependencyCheck.problems(DependencyCheckTest.class.getClassLoader())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "redis.clients/jedis, 5.2.0, 'Sluice needs Jedis 8.0 or later, before 9'",
    "redis.clients/jedis, 9.0.0, 'Sluice needs Jedis 8.0 or later, before 9'",
    "com.github.ben-manes.caffeine/caffeine, 2.9.3, 'Sluice needs Caffeine 3.3 or later, before 4'",
    "dev.failsafe/failsafe, 3.2.0, 'Sluice needs Failsafe 3.3 or later, before 4'"
  })
  void namesSupportedRangeForOtherVersions(String artifact, String version, String range)
      throws IOException {
    try (URLClassLoader host = hostWith(artifact, version)) {
      assertThat(DependencyCheck.problems(host))
          .containsExactly(range + "; this application brings " + version);
    }
  }

  /** Its own libraries come before those of the test, as in a host whose version prevails. */
  private URLClassLoader hostWith(String artifact, String version) throws IOException {
    Path properties = folder.resolve("META-INF/maven/" + artifact + "/pom.properties");
    Files.createDirectories(properties.getParent());
    Files.writeString(properties, "version=" + version);
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, DependencyCheckTest.class.getClassLoader()) {
      @Override
      public URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
      }
    };
  }
}
