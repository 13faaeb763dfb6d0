package dev.sluice.lifecycle;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stops a deployment in which a host's own version of a library displaces one that Sluice can use:
 * it would fail later, and say only which class is missing.
 */
public class DependencyCheck implements Extension {

  /**
   * A library, the first minor version that will do, and no later major version.
   *
   * @param artifact group and artifact, as a path
   * @param type one of its classes
   */
  private record Dependency(String name, String artifact, String type, int major, int minor) {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private boolean accepts(String version) {
      Matcher matcher = VERSION.matcher(version);
      return matcher.matches()
          && Integer.parseInt(matcher.group(1)) == major
          && Integer.parseInt(matcher.group(2)) >= minor;
    }

    private Optional<String> problem(ClassLoader application) {
      return version(application)
          .filter(version -> !accepts(version))
          .map(
              version ->
                  "Sluice needs %s %d.%d or later, before %d; this application brings %s"
                      .formatted(name, major, minor, major + 1, version));
    }

    /** Empty where it has been repackaged: then it has to be taken as it is. */
    private Optional<String> version(ClassLoader application) {
      String file = "META-INF/maven/" + artifact + "/pom.properties";
      try (InputStream in = application.getResourceAsStream(file)) {
        if (in == null) {
          return implementationVersion(application);
        }
        Properties properties = new Properties();
        properties.load(in);
        return Optional.ofNullable(properties.getProperty("version"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Optional<String> implementationVersion(ClassLoader application) {
      try {
        Package itsPackage = Class.forName(type, false, application).getPackage();
        return Optional.ofNullable(itsPackage.getImplementationVersion());
      } catch (ClassNotFoundException e) {
        return Optional.of("none");
      }
    }
  }

  private static final List<Dependency> DEPENDENCIES =
      List.of(
          new Dependency("Jedis", "redis.clients/jedis", "redis.clients.jedis.UnifiedJedis", 8, 0),
          new Dependency(
              "Caffeine",
              "com.github.ben-manes.caffeine/caffeine",
              "com.github.benmanes.caffeine.cache.Caffeine",
              3,
              3),
          new Dependency("Failsafe", "dev.failsafe/failsafe", "dev.failsafe.CircuitBreaker", 3, 3));

  void check(@Observes BeforeBeanDiscovery discovery) {
    List<String> problems = problems(DependencyCheck.class.getClassLoader());
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join(". ", problems));
    }
  }

  /** One sentence for each library whose version Sluice cannot use. */
  static List<String> problems(ClassLoader application) {
    return DEPENDENCIES.stream()
        .flatMap(dependency -> dependency.problem(application).stream())
        .toList();
  }
}
