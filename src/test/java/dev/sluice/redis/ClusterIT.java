package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.redis.ScriptPipeline.Call;
import dev.sluice.testing.ClusterSet;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** {@code redis+cluster://}: each call reaches the node that has its keys, and runs once. */
@Timeout(120)
@StoreTest
class ClusterIT {

  private static final RedisScript COUNT = RedisScript.of(ClusterIT.class, "count.lua");
  private static final RedisScript SET = RedisScript.of(ClusterIT.class, "set.lua");

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private final RedisConnection connection =
      new RedisConnection(cluster.url(), "test", Duration.ofSeconds(2), 4);

  @BeforeEach
  void empty() {
    cluster.flush();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Object count(String key) {
    return connection.run(COUNT, List.of(bytes(key)), List.of());
  }

  private static String get(RedisProcess server, String key) {
    try (Jedis jedis = server.connect()) {
      return jedis.get(key);
    }
  }

  private static RedisProcess otherThan(RedisProcess primary) {
    return cluster.primaries().stream().filter(each -> each != primary).findFirst().orElseThrow();
  }

  @Test
  void reachesTheNodesOfAllKeys() {
    List<String> keys = IntStream.range(0, 100).mapToObj(i -> "key " + i).toList();
    assertThat(keys).allSatisfy(key -> assertThat(count(key)).isEqualTo(1L));
    assertThat(connection.isAvailable()).isTrue();
    for (RedisProcess primary : cluster.primaries()) {
      try (Jedis jedis = primary.connect()) {
        assertThat(jedis.dbSize()).isGreaterThan(10);
      }
    }
  }

  @Test
  void runsScriptsOfSeveralNodesTogether() {
    List<Call> calls =
        Stream.of("a", "b", "c", "d", "a")
            .map(key -> new Call(COUNT, List.of(bytes(key)), List.of()))
            .toList();
    assertThat(connection.run(calls)).containsExactly(1L, 1L, 1L, 1L, 2L);
    assertThat(connection.grouped(List.of("{a}1", "b", "{a}2"), ClusterIT::bytes))
        .containsExactly(List.of("{a}1", "{a}2"), List.of("b"));
  }

  @Test
  void followsASlotThatHasMoved() {
    assertThat(count("moved")).isEqualTo(1L);
    RedisProcess target = otherThan(cluster.primaryOf("moved"));
    cluster.move("moved", target);
    assertThat(count("moved")).isEqualTo(2L);
    assertThat(connection.run(List.of(new Call(COUNT, List.of(bytes("moved")), List.of()))))
        .containsExactly(3L);
    assertThat(get(target, "moved")).isEqualTo("3");
  }

  @Test
  void pipelinesFollowASlotThatHasMoved() {
    List<Call> calls =
        Stream.of("other", "moved too", "another")
            .map(key -> new Call(COUNT, List.of(bytes(key)), List.of()))
            .toList();
    connection.run(calls);
    cluster.move("moved too", otherThan(cluster.primaryOf("moved too")));
    assertThat(connection.run(calls)).containsExactly(2L, 2L, 2L);
  }

  @Test
  void usesASlotThatIsOnItsWay() {
    RedisProcess source = cluster.primaryOf("moving");
    RedisProcess target = otherThan(source);
    count("{moving}stays");
    cluster.beginMove("moving", target);
    try {
      assertThat(count("{moving}stays")).isEqualTo(2L);
      assertThat(count("{moving}new")).isEqualTo(1L);
      assertThat(count("{moving}new")).isEqualTo(2L);
      assertThat(connection.run(List.of(new Call(COUNT, List.of(bytes("{moving}new")), List.of()))))
          .containsExactly(3L);
    } finally {
      cluster.move("moving", target);
    }
    assertThat(get(target, "{moving}new")).isEqualTo("3");
    assertThat(count("{moving}stays")).isEqualTo(3L);
  }

  /** What is decided by two keys cannot be decided while they are apart. */
  @Test
  void endsWithinTheBudgetWhereKeysOfOneScriptAreApart() {
    RedisProcess target = otherThan(cluster.primaryOf("apart"));
    count("{apart}1");
    cluster.beginMove("apart", target);
    List<byte[]> keys = List.of(bytes("{apart}1"), bytes("{apart}2"));
    try {
      assertThatThrownBy(() -> connection.run(SET, keys, List.of()))
          .isInstanceOf(RedisUnavailableException.class);
      assertThat(connection.isAvailable()).isTrue();
    } finally {
      cluster.move("apart", target);
    }
  }

  @Test
  void followsAFailoverWithoutAnError() {
    count("failover");
    RedisProcess replica = cluster.replicaOf(cluster.primaryOf("failover"));
    cluster.failOver(replica);
    assertThat(count("failover")).isEqualTo(2L);
    assertThat(get(replica, "failover")).isEqualTo("2");
    cluster.awaitWhole();
  }

  @Test
  @Tag("soak") // it takes the cluster seconds to replace a primary
  void aLostShardTakesNoOtherWithIt() {
    RedisProcess lost = cluster.primaryOf("lost");
    String other =
        IntStream.range(0, 1000)
            .mapToObj(i -> "other " + i)
            .filter(key -> cluster.primaryOf(key) != lost)
            .findFirst()
            .orElseThrow();
    count("lost");
    count(other);
    RedisProcess replica = cluster.replicaOf(lost);
    lost.freeze();
    try (RedisConnection brief =
        new RedisConnection(cluster.url(), "test", Duration.ofMillis(300), 4)) {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> brief.run(COUNT, List.of(bytes("lost")), List.of()))
            .isInstanceOf(RedisUnavailableException.class);
        assertThat(brief.run(COUNT, List.of(bytes(other)), List.of())).isEqualTo(2L + i);
      }
      assertThat(brief.isAvailable(bytes("lost"))).isFalse();
      assertThat(brief.isAvailable(bytes(other))).isTrue();
      assertThat(brief.isAvailable()).isFalse();
      Awaitility.await() // the cluster notices after its node time-out, and promotes the replica
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
          .until(() -> (Long) brief.run(COUNT, List.of(bytes("lost")), List.of()) > 0);
      assertThat(get(replica, "lost")).isNotNull();
    } finally {
      lost.thaw();
      cluster.awaitWhole();
    }
  }

  @Test
  void saysThatAServerIsNoCluster() {
    try (RedisProcess single = RedisProcess.start();
        RedisConnection wrong =
            new RedisConnection(
                URI.create("redis+cluster://127.0.0.1:" + single.port()),
                "test",
                Duration.ofSeconds(2),
                4)) {
      assertThatThrownBy(() -> wrong.run(COUNT, List.of(bytes("a")), List.of()))
          .isInstanceOf(RedisException.class)
          .hasMessageContaining("cluster support disabled");
    }
  }
}
