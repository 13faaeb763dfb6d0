package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Scripts run once for each call, whether Redis knows them or not. */
class RedisScriptIT extends WithRedis {

  private static final RedisScript COUNT = RedisScript.of(RedisScriptIT.class, "count.lua");

  private static Object count(RedisConnection connection) {
    return connection.run(COUNT, List.of("n".getBytes(UTF_8)), List.of());
  }

  @Test
  void isSentOnlyWhenRedisDoesNotKnowIt() {
    RedisConnection connection = connection(redis.url(), 4);
    assertThat(count(connection)).isEqualTo(1L);
    assertThat(count(connection)).isEqualTo(2L);
    try (Jedis jedis = redis.connect()) {
      jedis.scriptFlush();
    }
    assertThat(count(connection)).isEqualTo(3L);
    assertThat(count(connection)).isEqualTo(4L);
    assertThat(redis.calls("evalsha")).isEqualTo(4);
    assertThat(redis.calls("eval")).isEqualTo(2);
    assertThat(logged).isEmpty();
  }

  @Test
  void isNeverRepeatedWhenItsReplyIsLost() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    assertThat(count(connection)).isEqualTo(1L);
    proxy.cutAtNextReply();
    assertThatThrownBy(() -> count(connection)).isInstanceOf(RedisUnavailableException.class);
    assertThat(count(connection)).isEqualTo(3L);
  }
}
