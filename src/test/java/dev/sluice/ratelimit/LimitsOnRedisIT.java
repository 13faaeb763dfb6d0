package dev.sluice.ratelimit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The contract on Redis, and the outage policies while it is down. */
class LimitsOnRedisIT extends LimitsContract {

  private static RedisProcess redis;

  @Deployment(testable = false)
  static WebArchive service() {
    redis = RedisProcess.start();
    return war(Map.of("sluice.redis.url", redis.url().toString()));
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** Counts the calls of rate limiting; other features use Redis too. */
  private long callsOfThreeRequests(String path) {
    request().get(path);
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("slowlog-log-slower-than", "0");
      jedis.configSet("slowlog-max-len", "10000");
      jedis.slowlogReset();
      for (int i = 0; i < 3; i++) {
        request().get(path);
      }
      return jedis.slowlogGet(10_000).stream()
          .filter(call -> call.getArgs().get(0).toLowerCase(Locale.ROOT).startsWith("eval"))
          .filter(call -> call.getArgs().stream().anyMatch(arg -> arg.startsWith("sluice:r:")))
          .count();
    }
  }

  @Test
  void asksRedisOnceForEachPermittedRequest() {
    assertThat(callsOfThreeRequests("/limits/local")).isEqualTo(3);
  }

  @Test
  void asksRedisOnceForARefusalAndThenNotForASecond() {
    request().get("/limits/message");
    assertThat(callsOfThreeRequests("/limits/message")).isLessThanOrEqualTo(1);
  }

  @Test
  void renewsTheLeaseOfARequestThatRunsForLong() throws Exception {
    RequestSpecification same = request();
    CompletableFuture<Integer> running =
        CompletableFuture.supplyAsync(
            () -> given().spec(same).get("/limits-concurrent/held").statusCode());
    awaitRunning();
    try (Jedis jedis = redis.connect()) {
      String key = leases(jedis);
      double begun = jedis.zrangeWithScores(key, 0, 0).get(0).getScore();
      Awaitility.await()
          .atMost(Counting.LEASE)
          .until(() -> jedis.zrangeWithScores(key, 0, 0).get(0).getScore() > begun);
      end();
      assertThat(running.get()).isEqualTo(200);
      Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> !jedis.exists(key));
    }
  }

  private static String leases(Jedis jedis) {
    return jedis.keys("sluice:r:*").stream()
        .filter(key -> jedis.type(key).equals("zset"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void followsEachOutagePolicyWhileRedisIsFrozen() {
    redis.freeze();
    try {
      followsEachOutagePolicy();
    } finally {
      redis.thaw();
    }
    asksRedisAgainWithinThreeSeconds();
  }

  @Test
  void followsEachOutagePolicyWhileRedisIsDown() {
    redis.kill();
    try {
      followsEachOutagePolicy();
    } finally {
      redis.restart();
    }
    asksRedisAgainWithinThreeSeconds();
  }

  private void followsEachOutagePolicy() {
    for (int i = 0; i < 7; i++) {
      request().get("/limits/open").then().statusCode(200);
    }
    request()
        .get("/limits/closed")
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .contentType("application/problem+json");
    for (int i = 0; i < 5; i++) {
      request().get("/limits/local").then().statusCode(200);
    }
    request().get("/limits/local").then().statusCode(429);
  }

  private void asksRedisAgainWithinThreeSeconds() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> request().get("/limits/closed").statusCode() == 200);
  }
}
