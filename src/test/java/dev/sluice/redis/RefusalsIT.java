package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.RedisProcess;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Redis replies and does not serve: one such reply is enough. A wrong command is another thing. */
class RefusalsIT extends WithRedis {

  private static final RedisScript SET = RedisScript.of(RefusalsIT.class, "set.lua");

  private static Object write(RedisConnection connection) {
    return connection.run(SET, List.of("a".getBytes(UTF_8)), List.of());
  }

  /** The first call that Redis does not serve is the last one that reaches it. */
  private void assertTakenAtItsWord(RedisConnection connection, String word) {
    assertThatThrownBy(() -> write(connection))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining(word);
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.LEFT_ALONE);
    assertThat(logged).singleElement().asString().contains(word);
  }

  @Test
  void aReadOnlyReplica() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect()) {
      jedis.replicaof("127.0.0.1", 1);
      assertTakenAtItsWord(connection, "READONLY");
      jedis.replicaofNoOne();
    }
    assertBack(connection);
  }

  @Test
  void aReplicaServesReadsAndIsNotTakenForRedisBack() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect()) {
      jedis.replicaof("127.0.0.1", 1);
      assertTakenAtItsWord(connection, "READONLY");
      long reads = redis.calls("get");
      Awaitility.await()
          .until(
              () -> {
                assertThat(Outcome.of(connection)).isNotEqualTo(Outcome.REPLIED);
                return jedis.info("errorstats").contains("READONLY:count=3"); // two probes
              });
      assertThat(redis.calls("get")).as("a probe writes first").isEqualTo(reads);
    }
    assertThat(logged).hasSize(1);
  }

  @Test
  void aFullMemory() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("maxmemory", "1");
      assertTakenAtItsWord(connection, "OOM");
      jedis.configSet("maxmemory", "0");
    }
    assertBack(connection);
  }

  @Test
  void tooFewReplicas() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("min-replicas-to-write", "1");
      assertTakenAtItsWord(connection, "NOREPLICAS");
      jedis.configSet("min-replicas-to-write", "0");
    }
    assertBack(connection);
  }

  @Test
  void aScriptThatDoesNotEnd() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect();
        Jedis other = redis.connect()) {
      jedis.configSet("lua-time-limit", "1");
      CompletableFuture<Void> endless =
          CompletableFuture.runAsync(
              () ->
                  assertThatThrownBy(() -> other.eval("while true do end"))
                      .hasMessageContaining("killed"));
      Awaitility.await().ignoreExceptions().until(() -> isBusy(jedis));
      assertTakenAtItsWord(connection, "BUSY");
      jedis.scriptKill();
      endless.join();
    }
    assertBack(connection);
  }

  private static boolean isBusy(Jedis jedis) {
    try {
      jedis.ping();
      return false;
    } catch (JedisDataException e) {
      return true;
    }
  }

  @Test
  void aServerThatIsLoading() {
    RedisConnection connection = usedConnection(redis.url());
    redis.fill(40 << 20);
    redis.kill();
    redis.restart("--key-load-delay", "1000");
    Awaitility.await().until(() -> !logged.isEmpty() || Outcome.of(connection) == Outcome.REPLIED);
    assertThat(logged).singleElement().asString().contains("LOADING");
    Awaitility.await().until(() -> Outcome.of(connection) == Outcome.REPLIED);
  }

  @Test
  void tooManyClients() {
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("maxclients", "1");
      RedisConnection connection = connection(redis.url(), 4);
      assertTakenAtItsWord(connection, "max number of clients");
      jedis.configSet("maxclients", "100");
      assertBack(connection);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', NOAUTH", ":wro%40ng@, WRONGPASS", "who:wro%40ng@, WRONGPASS"})
  void aWrongPasswordWhichNoLogShows(String credentials, String word) {
    RedisProcess guarded = opened(RedisProcess.start("--requirepass", "ri@ght"));
    String address = "127.0.0.1:" + guarded.port();
    assertTakenAtItsWord(connection(URI.create("redis://" + credentials + address), 4), word);
    assertThat(String.join("", logged)).doesNotContain("wro", "who");
    RedisConnection right = connection(URI.create("redis://:ri%40ght@" + address + "/3"), 4);
    assertThat(Outcome.of(right)).isEqualTo(Outcome.REPLIED);
  }

  @Test
  void anObjectionToHowItIsGreeted() {
    RedisConnection connection = connection(URI.create(redis.url() + "/99"), 4);
    assertTakenAtItsWord(connection, "ERR DB index is out of range");
  }

  @Test
  void aValueOfAnotherTypeIsNoRefusal() {
    RedisConnection connection = usedConnection(redis.url());
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> connection.call(jedis -> jedis.hget("a", "b")))
          .isInstanceOf(RedisCorruptException.class)
          .hasMessageContaining("WRONGTYPE");
    }
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    assertThat(logged).singleElement().asString().contains("caches", "WRONGTYPE");
  }
}
