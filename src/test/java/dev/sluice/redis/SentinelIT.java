package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.redis.RedisServer.Login;
import dev.sluice.redis.RedisUrl.Credentials;
import dev.sluice.testing.Certificate;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SentinelSet;
import dev.sluice.testing.StoreTest;
import dev.sluice.testing.TcpProxy;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** {@code redis+sentinel://}: the primary is found, and found again after a failover. */
@Timeout(120)
@StoreTest
class SentinelIT {

  private static final Duration BUDGET = Duration.ofMillis(500);

  /** From a promotion to the first call that the new primary replies to. */
  private static final Duration BOUND = Duration.ofSeconds(5);

  @AutoClose private static final SentinelSet set = SentinelSet.start();

  enum Failover {
    KILL {
      @Override
      void begin(SentinelSet set, RedisProcess primary) {
        primary.kill();
      }

      @Override
      void end(RedisProcess primary) {
        primary.restart();
      }
    },
    FREEZE {
      @Override
      void begin(SentinelSet set, RedisProcess primary) {
        primary.freeze();
      }

      @Override
      void end(RedisProcess primary) {
        primary.thaw();
      }
    },
    SENTINEL_FAILOVER {
      @Override
      void begin(SentinelSet set, RedisProcess primary) {
        set.failOver();
      }

      @Override
      void end(RedisProcess primary) {}
    };

    abstract void begin(SentinelSet set, RedisProcess primary);

    abstract void end(RedisProcess primary);
  }

  private static RedisConnection connection(URI url) {
    return new RedisConnection(url, "test", BUDGET, 4);
  }

  private static String set(RedisConnection connection, String value) {
    return connection.call(jedis -> jedis.set("a", value));
  }

  private static String get(RedisProcess server) {
    try (Jedis jedis = server.connect()) {
      return jedis.get("a");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "SENTINEL_FAILOVER")
  void isBackOnTheNewPrimarySoonAfterItsPromotion(Failover failover) {
    isBack(failover);
  }

  /** It takes the Sentinels ten seconds to make the old primary a replica. */
  @ParameterizedTest
  @EnumSource(names = {"KILL", "FREEZE"})
  @Tag("soak")
  void isBackOnTheNewPrimarySoonAfterTheOldOneWasLost(Failover failover) {
    isBack(failover);
  }

  private static void isBack(Failover failover) {
    RedisProcess old = set.primary();
    RedisProcess next = set.other(old);
    try (RedisConnection connection = connection(set.url())) {
      assertThat(set(connection, "before " + failover)).isEqualTo("OK");
      assertThat(get(old)).isEqualTo("before " + failover);
      failover.begin(set, old);
      SentinelSet.awaitPromoted(next);
      Awaitility.await()
          .atMost(BOUND)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
          .until(() -> set(connection, "after") != null && "after".equals(get(next)));
    } finally {
      failover.end(old);
      set.awaitWhole(next);
    }
  }

  @Test
  void theListenerIsBackOnTheNewPrimaryToo() {
    RedisProcess old = set.primary();
    RedisProcess next = set.other(old);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (RedisConnection connection = connection(set.url())) {
      set(connection, "before");
      InvalidationListener listener = connection.listener("test:c:", new Unheard());
      thread.execute(listener);
      Awaitility.await().until(() -> !old.connections("sluice-listener").isEmpty());
      set.failOver();
      SentinelSet.awaitPromoted(next);
      Awaitility.await()
          .atMost(BOUND.plusSeconds(2))
          .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
          .until(
              () -> set(connection, "x") != null && !next.connections("sluice-listener").isEmpty());
      listener.stop(BOUND);
    } finally {
      thread.shutdownNow();
      set.awaitWhole(next);
    }
  }

  @Test
  void asksTheNextSentinelWhenOneDoesNotReply() {
    set.signal(0, "STOP");
    try (RedisConnection connection = connection(set.url())) {
      assertThat(set(connection, "b")).isEqualTo("OK");
    } finally {
      set.signal(0, "CONT");
    }
  }

  @Test
  void asksTheNextSentinelWhenOneIsGone() {
    URI url =
        URI.create(
            "redis+sentinel://127.0.0.1:%d,127.0.0.1:%d/%s"
                .formatted(RedisProcess.freePort(), set.ports().get(0), SentinelSet.PRIMARY));
    try (RedisConnection connection = connection(url)) {
      assertThat(set(connection, "b")).isEqualTo("OK");
    }
  }

  @Test
  void saysThatNoSentinelKnowsThePrimary() {
    URI url = URI.create(set.url().toString().replace(SentinelSet.PRIMARY, "unknown"));
    try (RedisConnection connection = connection(url)) {
      assertThatThrownBy(() -> set(connection, "b"))
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("No Sentinel names the primary unknown");
    }
  }

  /** As when a Sentinel is behind: what it names is a replica by now. */
  @Test
  void neverUsesAServerThatIsNoPrimary() {
    RedisProcess replica = set.other(set.primary());
    try (Jedis sentinel = new Jedis("127.0.0.1", set.ports().get(0))) {
      sentinel.sentinelMonitor("stale", "127.0.0.1", replica.port(), 3);
      URI url = URI.create("redis+sentinel://127.0.0.1:%d/stale".formatted(set.ports().get(0)));
      try (RedisConnection connection = connection(url)) {
        assertThatThrownBy(() -> connection.call(jedis -> jedis.get("a")))
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("is not the primary");
      } finally {
        sentinel.sentinelRemove("stale");
      }
    }
  }

  @Test
  void logsInAtSentinelsWithTheirOwnPassword() {
    int port = set.ports().get(1);
    URI url = URI.create("redis+sentinel://127.0.0.1:%d/main".formatted(port));
    try (Jedis sentinel = new Jedis("127.0.0.1", port)) {
      sentinel.aclSetUser("watcher", "on", ">watch", "+@all");
      sentinel.aclSetUser("default", "resetpass");
      try (RedisConnection connection = connection(url)) {
        assertThatThrownBy(() -> set(connection, "c"))
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("NOAUTH");
      }
      Login login =
          new Login(
              Optional.of(new Credentials(Optional.of("watcher"), "watch")), Optional.empty());
      RedisServer server = new RedisServer(RedisUrl.parse(url.toString()), login);
      try (RedisConnection connection =
          new RedisConnection(server, RedisUse.CACHES, "test", BUDGET, 4)) {
        assertThat(set(connection, "c")).isEqualTo("OK");
      }
      sentinel.aclSetUser("default", "nopass");
    }
  }

  @Test
  void callsSentinelsAndThePrimaryThroughTls() throws NoSuchAlgorithmException {
    Certificate certificate = Certificate.of("ip:127.0.0.1");
    SSLContext usual = SSLContext.getDefault();
    SSLContext.setDefault(certificate.client());
    try (TcpProxy watcher = TcpProxy.secured(set.ports().get(0), certificate.server());
        TcpProxy primary = TcpProxy.secured(set.primary().port(), certificate.server());
        Jedis sentinel = new Jedis("127.0.0.1", set.ports().get(0))) {
      sentinel.sentinelMonitor("secured", "127.0.0.1", primary.port(), 3);
      String url = "rediss+sentinel://127.0.0.1:%d/secured".formatted(watcher.port());
      try (RedisConnection connection = connection(URI.create(url))) {
        // A JVM's first handshake may take longer than the budget.
        Awaitility.await()
            .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
            .until(() -> set(connection, "through TLS") != null);
        assertThat(get(set.primary())).isEqualTo("through TLS");
      } finally {
        sentinel.sentinelRemove("secured");
      }
    } finally {
      SSLContext.setDefault(usual);
    }
  }

  private static final class Unheard implements Invalidations {
    @Override
    public void listening() {}

    @Override
    public void changed(String key) {}

    @Override
    public void flushed() {}

    @Override
    public void disconnected() {}
  }
}
