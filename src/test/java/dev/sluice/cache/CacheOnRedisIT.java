package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Entries;
import dev.sluice.testing.RedisProcess;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Caches on Redis, where the directives of clients count. */
class CacheOnRedisIT extends CacheContract {

  private static RedisProcess redis;

  @Deployment(testable = false)
  static WebArchive service() {
    redis = RedisProcess.start();
    return war(
        Map.of(
            "sluice.redis.url",
            redis.url().toString(),
            "sluice.cache.honor-request-directives",
            "true",
            "sluice.cache.groups",
            "true"));
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  String store() {
    return "redis";
  }

  @Test
  void servesTaggedHitsOfTheNearCacheWithoutRedis() {
    Awaitility.await().until(() -> status(get("items/near")).contains("detail=near"));
    long scripts =
        redis.scriptsOn(
            "sluice:c:",
            () -> {
              for (int i = 0; i < 10; i++) {
                assertThat(status(get("items/near"))).contains("detail=near");
              }
            });
    assertThat(scripts).isZero();
    assertThat(statistics("items").get("nearHits")).isGreaterThanOrEqualTo(10);
  }

  @Test
  void servesNoEvictedEntryFromTheNearCache() {
    Awaitility.await().until(() -> status(get("items/evicted-near")).contains("detail=near"));
    send("PUT", "items/evicted-near?status=204");
    assertThat(status(get("items/evicted-near"))).contains("fwd=miss");
  }

  @Test
  void seesWhatAnotherClientDeletesInRedis() {
    Awaitility.await().until(() -> status(get("items/deleted")).contains("detail=near"));
    try (Jedis jedis = redis.connect()) {
      jedis.del(jedis.keys("sluice:c:{items.*}:*").toArray(String[]::new));
    }
    Awaitility.await().until(() -> !status(get("items/deleted")).contains("hit"));
  }

  @Test
  void namesTagsAsGroupsToOtherCaches() {
    for (int i = 0; i < 2; i++) {
      assertThat(header(get("items/grouped"), "Cache-Groups"))
          .isEqualTo("\"item:grouped\", \"items\"");
    }
    assertThat(header(send("PUT", "items/grouped?status=204"), "Cache-Group-Invalidation"))
        .isEqualTo("\"item:grouped\"");
    assertThat(header(send("PUT", "items/grouped?status=409"), "Cache-Group-Invalidation"))
        .isEmpty();
  }

  @Test
  void namesTagsOfTheResultAsGroups() {
    for (int i = 0; i < 2; i++) {
      assertThat(header(get("results/grouped"), "Cache-Groups"))
          .isEqualTo("\"results\", \"result:of-grouped\"");
    }
  }

  @Test
  void servesHitsWithTagsOfTheResultFromTheNearCache() {
    Awaitility.await().until(() -> status(get("results/near")).contains("detail=near"));
    send("PUT", "results/of-near");
    assertThat(status(get("results/near"))).contains("fwd=miss");
  }

  @Test
  void runsMethodForClientThatWantsNewResponse() {
    String before = get("items/renewed").body();
    var renewed = get("items/renewed", "Cache-Control", "no-cache");
    assertThat(status(renewed)).isEqualTo("sluice; fwd=request; stored");
    assertThat(renewed.body()).isNotEqualTo(before);
    assertThat(get("items/renewed").body()).isEqualTo(renewed.body());
    assertThat(get("items/renewed", "Cache-Control", "min-fresh=31").body())
        .isNotEqualTo(renewed.body());
    String kept = get("items/renewed").body();
    assertThat(get("items/renewed", "Cache-Control", "max-age=20, min-fresh=5").body())
        .isEqualTo(kept);
    assertThat(get("items/renewed", "Pragma", "no-cache").body()).isNotEqualTo(kept);
  }

  @Test
  void storesNothingForNoStore() {
    var unstored = get("items/unstored", "Cache-Control", "no-store");
    assertThat(status(unstored)).isEqualTo("sluice; fwd=bypass; detail=no-store");
    assertThat(status(get("items/unstored"))).contains("fwd=miss");
    assertThat(status(get("items/unstored", "Cache-Control", "no-store"))).contains("hit");
  }

  @Test
  void servesStaleForMaxStale() {
    String made = get("fragile?x=stale").body();
    Awaitility.await()
        .until(
            () ->
                status(get("fragile?x=stale", "Cache-Control", "max-stale"))
                    .matches("sluice; hit; ttl=-?\\d+; detail=stale"));
    assertThat(get("fragile?x=stale", "Cache-Control", "max-stale=50").body()).isEqualTo(made);
    assertThat(get("fragile?x=stale").body()).isNotEqualTo(made);
  }

  @Test
  void hasNothingFreshEnoughForOnlyIfCached() {
    get("items/strict");
    assertThat(get("items/strict", "Cache-Control", "only-if-cached, min-fresh=31").statusCode())
        .isEqualTo(504);
  }

  /** As after the deployment of another version without another {@code cache.version}. */
  @Test
  void replacesValueOfAnotherShape() {
    get("values/product");
    long failures = statistics("Source.product").get("failures");
    assertThat(reshape("\"name\":\"p7", "[{\"price\":\"cheap\",\"tags\":{\"a\":1}}]")).isEqualTo(1);
    assertThat(get("values/product").body()).contains("true 1");
    assertThat(statistics("Source.product")).containsEntry("failures", failures + 1);
    assertThat(get("values/product").body()).contains("true 0");
  }

  /** Gives the entry with this in its body another body; returns how many there were. */
  private static int reshape(String known, String body) {
    int reshaped = 0;
    try (Jedis jedis = redis.connect()) {
      for (byte[] key : jedis.keys("sluice:c:*".getBytes(UTF_8))) {
        if (!jedis.type(key).equals("hash")) {
          continue;
        }
        for (Map.Entry<byte[], byte[]> field : jedis.hgetAll(key).entrySet()) {
          Optional<byte[]> other = Entries.withBody(field.getValue(), known, body);
          if (other.isPresent()) {
            jedis.hset(key, field.getKey(), other.get());
            reshaped++;
          }
        }
      }
    }
    return reshaped;
  }
}
