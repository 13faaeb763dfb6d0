package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void hasDefaults() {
    Settings settings = Settings.from(config(Map.of()));
    assertThat(settings.mistakes()).isEmpty();
    assertThat(settings.redis().url()).isEmpty();
    assertThat(settings.redis().timeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.cache().localMaxBytes()).isEqualTo(64L << 20);
    assertThat(settings.service().logFile()).isEqualTo(Path.of("log.txt").toAbsolutePath());
  }

  @Test
  void listsEverythingThatIsWrongInOneMessage() {
    Map<String, String> wrong =
        Map.of(
            "sluice.redis.timeout", "soon",
            "sluice.redis.pool-size", "0",
            "sluice.redis.url", "http://x",
            "sluice.rate-limit.on-outage", "MAYBE",
            "sluice.cache.enabled", "yes",
            "sluice.cache.max-entry-bytes", "9999999999999GiB");
    assertThat(mistakes(wrong))
        .contains(
            "6 settings are wrong",
            "sluice.redis.timeout = \"soon\": expected a duration",
            "sluice.redis.pool-size = \"0\": expected a whole number from 1 to 10000",
            "sluice.redis.url = http://x: expected redis://",
            "sluice.rate-limit.on-outage = \"MAYBE\": expected LOCAL, FAIL_OPEN or FAIL_CLOSED",
            "sluice.cache.enabled = \"yes\": expected true or false",
            "sluice.cache.max-entry-bytes = \"9999999999999GiB\": expected bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "redis+cluster://a:1, redis+cluster:// is not supported yet",
    "redis+sentinel://a:1, redis+sentinel:// is not supported yet",
    "redis://h/x, expected a database number",
    "redis://h?protocol=3, expected redis://"
  })
  void refusesUrlsThatItCannotServe(String url, String message) {
    assertThat(mistakes(Map.of("sluice.redis.url", url))).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis+cluster://me:secret@host:1",
        "redis://me:s/secret@host",
        "redis://me:s@secret@host/x",
        "redis://me:1/secret@host",
        "redis://me:sec ret@host",
        "redis://me:#secret@host",
        "redis://me:secret@host?x=1"
      })
  void neverShowsAPassword(String url) {
    assertThat(mistakes(Map.of("sluice.redis.url", url)))
        .contains("sluice.redis.url")
        .doesNotContain("secret", "sec ret");
  }

  @Test
  void tasksUseTheOneRedisUnlessTheyHaveTheirOwn() {
    Settings one = Settings.from(config(Map.of("sluice.redis.url", "redis://a")));
    assertThat(one.tasks().redisUrl()).contains(URI.create("redis://a"));
    Settings two =
        Settings.from(
            config(Map.of("sluice.redis.url", "redis://a", "sluice.tasks.redis.url", "redis://b")));
    assertThat(two.tasks().redisUrl()).contains(URI.create("redis://b"));
  }

  @Test
  void readsWhatIsOverriddenByName() {
    Settings settings =
        Settings.from(
            config(
                Map.of(
                    "sluice.caches.Products.read.expire", "7",
                    "sluice.policies.login.limits", "3/hour",
                    "sluice.policies.login.shadow", "true")));
    assertThat(settings.cacheOverrides("Products.read").expire()).contains(7);
    assertThat(settings.cacheOverrides("other").expire()).isEmpty();
    assertThat(settings.policyOverrides("login").limits()).contains("3/hour");
    assertThat(settings.policyOverrides("login").shadow()).isTrue();
  }

  @Test
  void replacesExpressionsInAnnotations() {
    Settings settings = Settings.from(config(Map.of("login.limit", "3/hour")));
    assertThat(settings.resolve("${login.limit}; ${burst:10/second}"))
        .isEqualTo("3/hour; 10/second");
    assertThatThrownBy(() -> settings.resolve("${missing}"))
        .hasMessage("${missing} has neither a value nor a default");
  }

  @Test
  void namesWhatItDoesNotKnow() {
    Config names =
        config(
            Map.of(
                "sluice.redis.urll", "x",
                "sluice.caches.a.b.expire", "1",
                "sluice.caches.a.b.expiry", "1",
                "sluice.redis.timeout", "1s",
                "SLUICE_KEY_PREFIX", "a",
                "SLUICE_KEYPREFIX", "a"));
    assertThat(SettingNames.unknown(names))
        .containsExactly("SLUICE_KEYPREFIX", "sluice.caches.a.b.expiry", "sluice.redis.urll");
  }

  @Test
  void theReadmesTableSaysTheSame() throws IOException {
    Pattern row =
        Pattern.compile(
            "^\\| `sluice\\.([a-z0-9.-]+)` \\| (?:`([^`]*)`|–) \\|.*", Pattern.MULTILINE);
    Matcher matcher = row.matcher(Files.readString(Path.of("README.md")));
    Map<String, String> documented = new LinkedHashMap<>();
    while (matcher.find()) {
      documented.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
    }
    assertThat(documented).isEqualTo(SettingNames.DEFAULTS);
  }

  private static String mistakes(Map<String, String> properties) {
    return Settings.from(config(properties)).mistakes().orElseThrow().getMessage();
  }

  private static SmallRyeConfig config(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build();
  }
}
