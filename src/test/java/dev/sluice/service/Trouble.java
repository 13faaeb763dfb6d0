package dev.sluice.service;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.TcpProxy;
import java.time.Duration;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/** A fault of Redis or of the network, and its end. */
enum Trouble {
  KILLED((redis, proxy) -> redis.kill(), (redis, proxy) -> redis.restart()),
  FROZEN((redis, proxy) -> redis.freeze(), (redis, proxy) -> redis.thaw()),
  REPLIES_LOST((redis, proxy) -> proxy.swallow(true), (redis, proxy) -> proxy.swallow(false)),
  SLOW(
      (redis, proxy) -> proxy.delay(Duration.ofMillis(500)),
      (redis, proxy) -> proxy.delay(Duration.ZERO)),
  DRIPPING(
      (redis, proxy) -> {
        proxy.delay(Duration.ofMillis(50));
        proxy.drip(true);
      },
      (redis, proxy) -> {
        proxy.drip(false);
        proxy.delay(Duration.ZERO);
      }),
  /** Each call alone would end in time, but the clients wait for too few connections. */
  POOL_FULL(
      (redis, proxy) -> proxy.delay(Duration.ofMillis(200)),
      (redis, proxy) -> proxy.delay(Duration.ZERO)),
  SERVER_FULL(
      (redis, proxy) -> {
        set(redis, "maxclients", "1"); // connected clients stay, so disconnect them
        proxy.cut();
      },
      (redis, proxy) -> {
        redis.kill(); // no client can connect to change it
        redis.restart();
      }),
  READ_ONLY(
      (redis, proxy) -> admin(redis, "REPLICAOF", "127.0.0.1", "1"),
      (redis, proxy) -> admin(redis, "REPLICAOF", "NO", "ONE")),
  MEMORY_FULL(
      (redis, proxy) -> set(redis, "maxmemory", "1"),
      (redis, proxy) -> set(redis, "maxmemory", "0")),
  LOADING(
      (redis, proxy) -> {
        redis.fill(40 << 20);
        redis.kill();
        redis.restart("--key-load-delay", "1000"); // microseconds: two seconds together
      },
      (redis, proxy) -> {
        Awaitility.await().ignoreExceptions().until(() -> admin(redis, "FLUSHALL") != null);
        admin(redis, "SAVE");
      }),
  WRONG_PASSWORD(
      (redis, proxy) -> {
        set(redis, "requirepass", "another");
        proxy.cut();
      },
      (redis, proxy) -> {
        try (Jedis jedis = redis.connect()) {
          jedis.auth("another");
          jedis.configSet("requirepass", "");
        }
      }),
  /** The primary lives on as a replica of the new one, to which the address leads now. */
  DEMOTED(RedisProcess::demote),
  FAILED_OVER(RedisProcess::failOver),
  THROTTLED(
      Effect.NO_OUTAGE,
      (redis, proxy) -> proxy.throttle(100_000_000),
      (redis, proxy) -> proxy.throttle(Long.MAX_VALUE)),
  CUT(Effect.PERHAPS_OUTAGE, (redis, proxy) -> proxy.cut()),
  FLUSHED(Effect.NO_OUTAGE, (redis, proxy) -> admin(redis, "FLUSHALL")),
  SCRIPTS_FLUSHED(Effect.NO_OUTAGE, (redis, proxy) -> admin(redis, "SCRIPT", "FLUSH"));

  /** The effect on the service. */
  enum Effect {
    /** The circuit breaker opens. */
    OUTAGE,
    PERHAPS_OUTAGE,
    /** The service goes on with Redis. */
    NO_OUTAGE
  }

  interface Event {
    void befalls(RedisProcess redis, TcpProxy proxy);
  }

  interface Handover {
    void happen(RedisProcess from, RedisProcess to);
  }

  final Effect effect;
  final Event begin;
  final Event end;

  /** Puts the test's servers back, after the service has found Redis again. */
  final Event restore;

  /** How soon Redis is used again. */
  final Duration recovery;

  private Trouble(Effect effect, Event begin, Event end, Event restore, Duration recovery) {
    this.effect = effect;
    this.begin = begin;
    this.end = end;
    this.restore = restore;
    this.recovery = recovery;
  }

  Trouble(Effect effect, Event begin, Event end) {
    this(effect, begin, end, (redis, proxy) -> {}, Duration.ofSeconds(2));
  }

  Trouble(Event begin, Event end) {
    this(Effect.OUTAGE, begin, end);
  }

  /** A fault that is over at once. */
  Trouble(Effect effect, Event event) {
    this(effect, event, (redis, proxy) -> {});
  }

  /** A replica becomes the primary, and the address leads to it. */
  Trouble(Handover handover) {
    this(
        Effect.PERHAPS_OUTAGE,
        (redis, proxy) -> {
          Replica.next = redis.startReplica();
          handover.happen(redis, Replica.next);
          proxy.moveTo(Replica.next.port());
        },
        (redis, proxy) -> {},
        (redis, proxy) -> {
          proxy.moveTo(redis.port());
          admin(redis, "REPLICAOF", "NO", "ONE");
          Replica.next.close();
        },
        Duration.ofSeconds(5));
  }

  private static final class Replica {
    private static RedisProcess next;
  }

  private static void set(RedisProcess redis, String option, String value) {
    admin(redis, "CONFIG", "SET", option, value);
  }

  private static Object admin(RedisProcess redis, String command, String... arguments) {
    try (Jedis jedis = redis.connect()) {
      return jedis.sendCommand(command::getBytes, arguments);
    }
  }
}
