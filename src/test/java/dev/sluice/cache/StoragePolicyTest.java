package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Header;
import dev.sluice.testing.TestSettings;
import jakarta.ws.rs.GET;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111, 3 and 5.2.2: what a method's own fields come to, declared for 30 s and 60 s stale. */
class StoragePolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** One method for each audience. */
  static class Resource {
    @GET
    @Cached(
        expire = 30,
        staleWhileRevalidate = 60,
        staleIfError = 60,
        vary = {"X-B", "X-A"})
    public String anonymous() {
      return "";
    }

    @GET
    @Cached(
        expire = 30,
        staleWhileRevalidate = 60,
        staleIfError = 60,
        negativeExpire = 5,
        audience = Audience.EVERYONE)
    public String everyone() {
      return "";
    }

    @GET
    @Cached(expire = 30, maxAge = 60)
    public String longForClients() {
      return "";
    }

    @GET
    @Cached(expire = 30, maxAge = 5)
    public String shortForClients() {
      return "";
    }

    @GET
    @Cached(expire = 30, staleIfError = 60, audience = Audience.PRINCIPAL)
    public String principal() {
      return "";
    }
  }

  private static CacheDeclaration declaration(String name) {
    try {
      var method = Resource.class.getMethod(name);
      return new CacheDeclaration(
          Resource.class,
          method,
          "cache",
          method.getAnnotation(Cached.class),
          new CacheSettings(TestSettings.of(Map.of())).overrides("cache"),
          new Locators());
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static StoragePolicy policy(Audience audience, int status, String... fields) {
    return policy(audience.name().toLowerCase(Locale.ROOT), status, fields);
  }

  private static StoragePolicy policy(String method, int status, String... fields) {
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(new Header(fields[i], fields[i + 1]));
    }
    return new StoragePolicy(declaration(method), status, headers, NOW, Duration.ZERO);
  }

  private static String field(StoragePolicy policy, String field) {
    return String.join(
        " | ",
        StoredHeaders.complete(policy, new byte[0], List.of()).stream()
            .filter(header -> header.name().equalsIgnoreCase(field))
            .map(Header::value)
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "max-age=10                    |               | 10 | 70",
        "max-age=99                    |               | 30 | 90",
        "MAX-AGE=10                    |               | 10 | 70",
        "max-age=\"10\"                |               | 10 | 70",
        "public                        |               | 30 | 90",
        "no-transform, max-age=10      |               | 10 | 70",
        "unknown=\"no-store\"          |               | 30 | 90",
        "s-maxage=10                   |               | 10 | 10",
        "s-maxage=10, max-age=0        |               | 10 | 10",
        "must-revalidate               |               | 30 | 30",
        "max-age=10, must-revalidate   |               | 10 | 10",
        "proxy-revalidate              |               | 30 | 30",
        "max-age=0                     | expired       |    |",
        "max-age=abc                   | expired       |    |",
        "s-maxage=0, max-age=10        | expired       |    |",
        "no-store                      | cache-control |    |",
        "max-age=10, no-store          | cache-control |    |",
        "no-cache                      | cache-control |    |",
        "no-cache=\"x-own\"            | cache-control |    |",
        "private                       | cache-control |    |",
        "private=\"x-own\", max-age=10 | cache-control |    |",
      })
  void theMethodsOwnDirectivesCount(String own, String refusal, Long fresh, Long stale) {
    StoragePolicy policy = policy(Audience.ANONYMOUS, 200, "Cache-Control", own);
    assertThat(policy.refusal().orElse(null)).isEqualTo(refusal);
    if (refusal == null) {
      assertThat(policy.lifetime().fresh()).isEqualTo(NOW.plusSeconds(fresh));
      assertThat(policy.lifetime().staleWhileRevalidate()).isEqualTo(NOW.plusSeconds(stale));
      assertThat(policy.lifetime().staleIfError()).isEqualTo(NOW.plusSeconds(stale));
      assertThat(field(policy, "Cache-Control")).isEqualTo(own);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sun, 22 Nov 2026 12:00:10 GMT |               | 10",
        "Sun, 22 Nov 2026 12:10:00 GMT |               | 30",
        "Sun, 22 Nov 2026 12:00:00 GMT | expired       |",
        "Sun, 22 Nov 2026 11:00:00 GMT | expired       |",
        "0                             | expired       |"
      })
  void soDoesItsExpires(String expires, String refusal, Long fresh) {
    StoragePolicy policy = policy(Audience.ANONYMOUS, 200, "Expires", expires);
    assertThat(policy.refusal().orElse(null)).isEqualTo(refusal);
    if (refusal == null) {
      assertThat(policy.expire()).isEqualTo(Duration.ofSeconds(fresh));
      assertThat(field(policy, "Cache-Control")).startsWith("public, max-age=" + fresh + ",");
    }
    assertThat(
            policy(Audience.ANONYMOUS, 200, "Expires", expires, "Cache-Control", "max-age=20")
                .expire())
        .isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void clientsKeepNoResponseLongerThanItIsFresh() {
    String expires = "Sun, 22 Nov 2026 12:00:10 GMT";
    assertThat(field(policy("shortForClients", 200), "Cache-Control"))
        .isEqualTo("public, max-age=5");
    assertThat(field(policy("longForClients", 200), "Cache-Control"))
        .isEqualTo("public, max-age=30");
    assertThat(field(policy("longForClients", 200, "Expires", expires), "Cache-Control"))
        .isEqualTo("public, max-age=10");
  }

  @ParameterizedTest
  @CsvSource({
    "200, '', 30",
    "203, '', 30",
    "300, '', 30",
    "301, '', 30",
    "302, '', 30",
    "303, '', 30",
    "307, '', 30",
    "308, '', 30",
    "204, '', 5",
    "404, '', 5",
    "410, '', 5",
    "201, status,",
    "202, status,",
    "206, status,",
    "304, status,",
    "400, status,",
    "401, status,",
    "403, status,",
    "429, status,",
    "500, server-error,",
    "503, server-error,"
  })
  void eachStatusHasItsTime(int status, String refusal, Long fresh) {
    StoragePolicy policy = policy(Audience.EVERYONE, status);
    assertThat(policy.refusal().orElse("")).isEqualTo(refusal);
    if (refusal.isEmpty()) {
      assertThat(policy.expire()).isEqualTo(Duration.ofSeconds(fresh));
    }
    assertThat(policy(Audience.PRINCIPAL, 404).refusal()).contains("status");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Vary       | *             | vary",
        "Vary       | X-Other       | vary",
        "Vary       | x-a, X-Other  | vary",
        "Vary       | x-a,, accept  |",
        "Vary       | Authorization | vary",
        "Vary       | Cookie        | vary",
        "Set-Cookie | a=b           | set-cookie"
      })
  void otherFieldsMayForbidIt(String name, String value, String refusal) {
    assertThat(policy(Audience.ANONYMOUS, 200, name, value).refusal().orElse(null))
        .isEqualTo(refusal);
  }

  @Test
  void saysWhatIsDeclared() {
    assertThat(field(policy(Audience.ANONYMOUS, 200), "Cache-Control"))
        .isEqualTo("public, max-age=30, stale-while-revalidate=60, stale-if-error=60");
    assertThat(field(policy(Audience.PRINCIPAL, 200), "Cache-Control"))
        .isEqualTo("private, max-age=30, stale-if-error=60");
    assertThat(field(policy(Audience.ANONYMOUS, 200), "Vary"))
        .isEqualTo("Accept, X-A, X-B, Authorization, Cookie");
    assertThat(field(policy(Audience.EVERYONE, 200), "Vary")).isEqualTo("Accept");
  }

  @Test
  void whatIsForOneIsPrivateWhateverTheMethodSays() {
    StoragePolicy policy = policy(Audience.PRINCIPAL, 200, "Cache-Control", "max-age=5");
    assertThat(field(policy, "Cache-Control")).isEqualTo("max-age=5 | private");
    assertThat(field(policy, "Vary")).isEqualTo("Accept, Authorization, Cookie");
    assertThat(policy(Audience.PRINCIPAL, 200, "Cache-Control", "s-maxage=5").expire())
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void keepsNothingOfTheConnectionOrTheMoment() {
    StoragePolicy policy =
        policy(
            Audience.EVERYONE,
            200,
            "Connection",
            "close, X-Hop",
            "X-Hop",
            "1",
            "Age",
            "7",
            "Date",
            "Sun, 22 Nov 2026 12:00:00 GMT",
            "Transfer-Encoding",
            "chunked",
            "X-Own",
            "1");
    assertThat(StoredHeaders.complete(policy, new byte[0], List.of()).stream().map(Header::name))
        .containsExactlyInAnyOrder("X-Own", "Cache-Control", "ETag", "Vary");
  }

  @Test
  void tagsTheSameBytesOfTheSameTypeAlikeAndNoOthers() {
    StoragePolicy json = policy(Audience.EVERYONE, 200, "Content-Type", "application/json");
    StoragePolicy text = policy(Audience.EVERYONE, 203, "Content-Type", "text/plain");
    assertThat(etag(json, "a")).isEqualTo(etag(json, "a")).matches("\"[A-Za-z0-9_-]{32}\"");
    assertThat(etag(json, "a")).isNotEqualTo(etag(json, "b")).isNotEqualTo(etag(text, "a"));
    assertThat(field(policy(Audience.EVERYONE, 404), "ETag")).isEmpty();
    assertThat(field(policy(Audience.EVERYONE, 200, "ETag", "W/\"own\""), "ETag"))
        .isEqualTo("W/\"own\"");
  }

  private static String etag(StoragePolicy policy, String body) {
    return StoredHeaders.complete(
            policy, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), List.of())
        .stream()
        .filter(header -> header.name().equals("ETag"))
        .map(Header::value)
        .findFirst()
        .orElseThrow();
  }
}
