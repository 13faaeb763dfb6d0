package dev.sluice.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.sluice.service.Clients.Reply;
import dev.sluice.service.Clients.Request;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import dev.sluice.testing.TcpProxy;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sixteen clients on all four endpoints, while Redis or the way to it fails and comes back. Times
 * are measured: no test of a store runs meanwhile.
 */
@ArquillianTest
@ResourceLock("store")
class RedisInTroubleIT {

  private static final int CLIENTS = 16;

  /** Of connections: fewer than clients, so that these wait for each other too. */
  private static final int POOL = 4;

  private static final Duration BUDGET = Duration.ofMillis(250);
  private static final Duration WORK = Duration.ofMillis(50);

  private static final Request ROOT = new Request("GET", "/");
  private static final Request STATE = new Request("GET", "/redis-state");
  private static final List<Request> ENDPOINTS =
      List.of(
          ROOT,
          new Request("GET", "/cached-data"),
          new Request("GET", "/rate-limited"),
          new Request("POST", "/background-task"));

  @AutoClose private static final RedisProcess redis = RedisProcess.start();
  @AutoClose private static final TcpProxy proxy = TcpProxy.to(redis.port());

  @ArquillianResource private URL deployed;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file",
            Files.createTempFile("sluice", ".txt").toString(),
            "sluice.service.work",
            WORK.toMillis() + "ms",
            "sluice.client.trusted-proxies",
            "127.0.0.0/8",
            "sluice.redis.timeout",
            BUDGET.toMillis() + "ms",
            "sluice.redis.pool-size",
            "" + POOL,
            "sluice.redis.url",
            proxy.redisUrl().toString()),
        RedisStateResource.class);
  }

  @ParameterizedTest
  @EnumSource
  void keepsServingDuringRedisTroubleAndRecovers(Trouble trouble) throws Exception {
    Clients clients = new Clients(deployed);
    awaitThatRedisAnswers(clients, Duration.ofSeconds(10));
    clients.during(() -> {}, rounds()); // first replies load classes, for seconds

    List<Reply> replies =
        clients.during(
            () -> {
              trouble.begin.befalls(redis, proxy);
              letPass(Duration.ofMillis(1500));
            },
            rounds());
    trouble.end.befalls(redis, proxy);

    awaitThatRedisAnswers(clients, trouble.recovery);
    trouble.restore.befalls(redis, proxy);
    assertThat(replies).filteredOn(reply -> reply.status() >= 500).isEmpty();
    assertEffect(trouble.effect, replies);
    assertInTime(replies);
  }

  @Test
  void staysReadyWhileRedisIsDownAndSaysSo() {
    awaitReadyWithLimits("available");
    redis.kill();
    try {
      awaitReadyWithLimits("unavailable");
    } finally {
      redis.restart();
    }
    awaitReadyWithLimits("available");
  }

  /** Requests are what notices the state of Redis. */
  private void awaitReadyWithLimits(String state) {
    String address = "http://" + deployed.getHost() + ":" + deployed.getPort();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              given().get(address + "/rate-limited");
              return given()
                  .get(address + "/health/ready")
                  .then()
                  .statusCode(200)
                  .body("status", equalTo("UP"))
                  .extract()
                  .path("checks.find { it.name == 'sluice-ready' }.data.'redis.limits'");
            },
            state::equals);
  }

  /**
   * All endpoints for each client; one more sees what the machine can do, one more asks for Redis.
   */
  private static List<List<Request>> rounds() {
    List<List<Request>> rounds = new ArrayList<>(Collections.nCopies(CLIENTS, ENDPOINTS));
    rounds.add(List.of(ROOT));
    rounds.add(List.of(STATE));
    return rounds;
  }

  /** Lets the trouble last: the time itself is what is tested. */
  private static void letPass(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() > end);
  }

  private static void awaitThatRedisAnswers(Clients clients, Duration atMost) {
    Awaitility.await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> clients.ask(STATE).body().equals(RedisStateResource.REPLIED));
  }

  private static void assertEffect(Trouble.Effect effect, List<Reply> replies) {
    Set<String> states =
        replies.stream()
            .filter(reply -> reply.request() == STATE)
            .map(Reply::body)
            .collect(Collectors.toSet());
    switch (effect) {
      case OUTAGE -> assertThat(states).contains(RedisStateResource.LEFT_ALONE);
      case NO_OUTAGE -> assertThat(states).containsOnly(RedisStateResource.REPLIED);
      case PERHAPS_OUTAGE -> {}
    }
  }

  /**
   * None is later than its own work, the budget and 250 ms, and only the first few are late at all:
   * for each of caches, limits and tasks, which find out by themselves, one of each client and then
   * one a second. What the machine itself takes at the moment is told by GET /, which asks no
   * Redis.
   */
  private static void assertInTime(List<Reply> replies) {
    Duration machine =
        replies.stream()
            .filter(reply -> reply.request() == ROOT)
            .map(Reply::took)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Duration own = machine.plus(WORK);
    assertThat(slowerThan(own.plus(BUDGET).plusMillis(250), replies)).isEmpty();
    assertThat(slowerThan(own.plus(BUDGET.dividedBy(2)), replies))
        .as("late, of %s replies, %s for /", replies.size(), machine)
        .hasSizeLessThanOrEqualTo(3 * (rounds().size() + 2));
  }

  private static List<Reply> slowerThan(Duration bound, List<Reply> replies) {
    return replies.stream().filter(reply -> reply.took().compareTo(bound) > 0).toList();
  }
}
