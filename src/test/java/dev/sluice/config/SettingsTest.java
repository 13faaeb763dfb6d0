package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.cache.CacheSettings;
import dev.sluice.redis.RedisSettings;
import dev.sluice.service.ServiceSettings;
import dev.sluice.testing.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final List<Class<?>> GROUPS =
      new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages("dev.sluice")
              .stream()
              .filter(type -> type.isAnnotatedWith(SettingsGroup.class))
              .<Class<?>>map(JavaClass::reflect)
              .toList();

  @Test
  void hasDefaults() {
    Settings settings = TestSettings.of(Map.of());
    RedisSettings redis = new RedisSettings(settings);
    assertThat(redis.url()).isEmpty();
    assertThat(redis.timeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(new CacheSettings(settings).localMaxBytes()).isEqualTo(64L << 20);
    assertThat(settings.mistakes()).isEmpty();
    assertThat(new ServiceSettings(settings).logFile())
        .isEqualTo(Path.of("log.txt").toAbsolutePath());
  }

  @Test
  void listsAllMistakesInOneMessage() {
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
    "redis+cluster://a:1/2, expected nothing after the nodes of Redis Cluster",
    "redis+sentinel://a:1, expected the name of the primary",
    "redis://h/x, expected a database number",
    "redis://h?protocol=3, expected redis://"
  })
  void refusesUnsupportedUrls(String url, String message) {
    assertThat(mistakes(Map.of("sluice.redis.url", url))).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis+cluster://me:secret@host:1/x",
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
  void tasksUseSharedRedisUnlessTheirUrlIsSet() {
    RedisSettings one = new RedisSettings(TestSettings.of(Map.of("sluice.redis.url", "redis://a")));
    assertThat(one.tasksUrl()).hasToString("Optional[a:6379]");
    RedisSettings two =
        new RedisSettings(
            TestSettings.of(
                Map.of("sluice.redis.url", "redis://a", "sluice.tasks.redis.url", "redis://b")));
    assertThat(two.tasksUrl()).hasToString("Optional[b:6379]");
  }

  @Test
  void readsSettingsOfNamedCachesAndPolicies() {
    Settings settings =
        TestSettings.of(
            Map.of(
                "sluice.caches.Products.read.expire", "7",
                "sluice.policies.login.limits", "3/hour",
                "sluice.policies.login.shadow", "true"));
    assertThat(settings.named("caches", "Products.read").optionalSeconds("expire", 1)).contains(7);
    assertThat(settings.named("caches", "other").optionalSeconds("expire", 1)).isEmpty();
    assertThat(settings.named("policies", "login").optional("limits")).contains("3/hour");
    assertThat(settings.named("policies", "login").flag("shadow", "false")).isTrue();
  }

  @Test
  void replacesExpressionsInAnnotations() {
    Settings settings = TestSettings.of(Map.of("login.limit", "3/hour"));
    assertThat(settings.resolve("${login.limit}; ${burst:10/second}"))
        .isEqualTo("3/hour; 10/second");
    assertThatThrownBy(() -> settings.resolve("${missing}"))
        .hasMessage("${missing} has neither a value nor a default");
  }

  @Test
  void namesUnknownSettings() {
    Settings names =
        all(
            Map.of(
                "sluice.redis.urll", "x",
                "sluice.caches.a.b.expire", "1",
                "sluice.caches.a.b.expiry", "1",
                "sluice.redis.timeout", "1s",
                "SLUICE_KEY_PREFIX", "a",
                "SLUICE_KEYPREFIX", "a"));
    assertThat(names.unknownNames())
        .containsExactly("SLUICE_KEYPREFIX", "sluice.caches.a.b.expiry", "sluice.redis.urll");
  }

  @Test
  void configurationPageListsEverySettingWithItsDefault() throws IOException {
    Pattern row =
        Pattern.compile(
            "^\\| `sluice\\.([a-z0-9.-]+)` \\| (?:`([^`]*)`|–) \\|.*", Pattern.MULTILINE);
    Matcher matcher = row.matcher(Files.readString(Path.of("src/site/markdown/configuration.md")));
    Map<String, String> documented = new LinkedHashMap<>();
    while (matcher.find()) {
      documented.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
    }
    assertThat(documented).isEqualTo(all(Map.of()).defaults());
  }

  private static String mistakes(Map<String, String> properties) {
    return all(properties).mistakes().orElseThrow().getMessage();
  }

  private static Settings all(Map<String, String> properties) {
    Settings settings = TestSettings.of(properties);
    GROUPS.forEach(group -> SettingsExtension.create(group, settings));
    return settings;
  }
}
