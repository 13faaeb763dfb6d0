package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.RateLimitHeaders.Extra;
import dev.sluice.redis.KeyDigest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitHeadersTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "999, 1", "1000, 1", "1001, 2", "59001, 60", "60000, 60"})
  void roundsUpToWholeSecondsAndToOneAtLeast(long millis, long seconds) {
    assertThat(RateLimitHeaders.seconds(Duration.ofMillis(millis))).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '~',
      value = {
        "Products.read-2: 5 > Products.read-2: 5",
        "Größe.lesen        > Gr__e.lesen",
        "Odd.a \"b\"; c=1   > Odd.a _b_; c=1",
        "Odd.a\\b           > Odd.a_b",
      })
  void replacesCharactersThatAStructuredFieldCannotHold(String name, String member) {
    QuotaPolicy quota =
        Charges.policy(name, "1000000000000/100 years", Algorithm.SLIDING_WINDOW).quotas().get(0);
    ListElement<?> element = Parser.parseList(quota.policyMember()).get().get(0);
    assertThat(element.get()).isEqualTo(member);
    assertThat(element.getParams().serialize()).isEqualTo(";q=1000000000000;w=3153600000");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesTheOlderFieldsOnlyWhereAskedFor(boolean older) {
    QuotaPolicy quota = Charges.policy("p", "5/minute", Algorithm.SLIDING_WINDOW).quotas().get(0);
    RequestLimits limits = new RequestLimits();
    limits.add(
        List.of(),
        Reservation.uncharged(
            new Decision.Permitted(
                List.of(new WindowState(quota, "c", 4, Duration.ofMinutes(1), Duration.ZERO)))));
    MultivaluedMap<String, Object> headers = new MultivaluedHashMap<>();
    new RateLimitHeaders(older ? Set.of(Extra.X_HEADERS) : Set.of())
        .filter(
            stub(ContainerRequestContext.class, Map.of("getProperty", limits)),
            stub(ContainerResponseContext.class, Map.of("getHeaders", headers, "getStatus", 200)));
    assertThat(headers.getFirst("RateLimit-Policy")).isEqualTo("\"p\";q=5;w=60");
    assertThat(headers.getFirst("RateLimit")).isEqualTo("\"p\";r=4;t=60");
    assertThat(headers).hasSize(older ? 5 : 2);
  }

  /** Returns an object whose methods return these results. */
  private static <T> T stub(Class<T> type, Map<String, Object> results) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              assertThat(results).containsKey(called.getName());
              return results.get(called.getName());
            }));
  }

  @Test
  void writesTheUnitOfALimitThatCountsNoRequests() {
    assertThat(Charges.unit("p", "5/minute", "content-bytes").quotas().get(0).policyMember())
        .isEqualTo("\"p\";q=5;qu=\"content-bytes\";w=60");
    assertThat(Charges.of("7 concurrent").get(0).quota().policyMember())
        .isEqualTo("\"policy\";q=7;qu=\"concurrent-requests\"");
  }

  @Test
  void writesTheDigestOfTheClientAsPartitionKeyWhereAskedFor() {
    QuotaPolicy quota = Charges.of("5/minute").get(0).quota();
    String digest = KeyDigest.of("address:192.0.2.1", 16);
    WindowState state = new WindowState(quota, digest, 4, Duration.ofMinutes(1), Duration.ZERO);
    Map<String, Object> fields = new HashMap<>();
    new RateLimitHeaders(Set.of(Extra.PARTITION_KEY)).write(List.of(state), fields::put);
    for (String name : List.of("RateLimit", "RateLimit-Policy")) {
      ListElement<?> member = Parser.parseList(fields.get(name).toString()).get().get(0);
      ByteBuffer key = (ByteBuffer) ((Item<?>) member.getParams().get("pk")).get();
      byte[] bytes = new byte[key.remaining()];
      key.get(bytes);
      assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)).isEqualTo(digest);
    }
  }

  @Test
  void namesTheLimitOfAPolicyWithSeveral() {
    assertThat(Charges.policy("p", "1/hour; 2/day", Algorithm.SLIDING_WINDOW).quotas())
        .extracting(QuotaPolicy::member)
        .containsExactly("\"p: 1 per 1 hour\"", "\"p: 2 per 1 day\"");
  }
}
