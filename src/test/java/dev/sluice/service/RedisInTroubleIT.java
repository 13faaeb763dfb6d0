package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import dev.sluice.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** Sixteen clients on all four endpoints, while Redis or the way to it fails and comes back. */
@ArquillianTest
class RedisInTroubleIT {

  private static final Duration BUDGET = Duration.ofMillis(250);
  private static final Duration WORK = Duration.ofMillis(50);
  private static final int CLIENTS = 16;

  private static RedisProcess redis;
  private static TcpProxy proxy;

  @ArquillianResource private URL deployed;

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger clients = new AtomicInteger();

  private record Answer(String path, int status, Duration took) {}

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    redis = RedisProcess.start();
    proxy = TcpProxy.to(redis.port());
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file",
            Files.createTempFile("sluice", ".txt").toString(),
            "sluice.service.work",
            WORK.toMillis() + "ms",
            "sluice.client.trusted-proxies",
            "127.0.0.0/8",
            "sluice.redis.url",
            proxy.redisUrl().toString()));
  }

  @AfterAll
  static void stop() {
    proxy.close();
    redis.close();
  }

  enum Trouble {
    KILLED {
      @Override
      void begin() {
        redis.kill();
      }

      @Override
      void end() {
        redis.restart();
      }
    },
    FROZEN {
      @Override
      void begin() {
        redis.freeze();
      }

      @Override
      void end() {
        redis.thaw();
      }
    },
    REPLIES_LOST {
      @Override
      void begin() {
        proxy.swallow(true);
      }

      @Override
      void end() {
        proxy.swallow(false);
        proxy.cut();
      }
    },
    SLOW {
      @Override
      void begin() {
        proxy.delay(BUDGET.multipliedBy(2));
      }

      @Override
      void end() {
        proxy.delay(Duration.ZERO);
      }
    },
    CUT {
      @Override
      void begin() {
        proxy.cut();
      }
    },
    FULL {
      private Jedis inside;

      @Override
      void begin() {
        inside = redis.connect();
        inside.configSet("maxclients", "1"); // whoever is connected stays
        proxy.cut();
      }

      @Override
      void end() {
        inside.configSet("maxclients", "1000");
        inside.close();
      }
    },
    READ_ONLY {
      @Override
      void begin() {
        admin("REPLICAOF", "127.0.0.1", "1");
      }

      @Override
      void end() {
        admin("REPLICAOF", "NO", "ONE");
      }
    },
    LOADING {
      @Override
      void begin() {
        try (Jedis jedis = redis.connect()) {
          jedis.configSet("rdbcompression", "no"); // it answers after every 2 MiB of the file
          for (int i = 0; i < 2000; i++) {
            jedis.set("filler:" + i, "x".repeat(20_000));
          }
          jedis.save();
        }
        redis.kill();
        redis.restart("--key-load-delay", "1000");
      }

      @Override
      void end() {
        Awaitility.await().ignoreExceptions().until(() -> admin("FLUSHALL") != null);
        admin("SAVE");
      }
    },
    WRONG_PASSWORD {
      @Override
      void begin() {
        admin("CONFIG", "SET", "requirepass", "secret");
        proxy.cut();
      }

      @Override
      void end() {
        try (Jedis jedis = redis.connect()) {
          jedis.auth("secret");
          jedis.configSet("requirepass", "");
        }
      }
    },
    FLUSHED {
      @Override
      void begin() {
        admin("FLUSHALL");
      }
    },
    SCRIPTS_FLUSHED {
      @Override
      void begin() {
        admin("SCRIPT", "FLUSH");
      }
    };

    abstract void begin();

    void end() {}

    static Object admin(String command, String... arguments) {
      try (Jedis jedis = redis.connect()) {
        return jedis.sendCommand(
            () -> command.getBytes(java.nio.charset.StandardCharsets.US_ASCII), arguments);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAllTheWhileAndComesBackByItself(Trouble trouble)
      throws InterruptedException, ExecutionException {
    awaitThatRedisIsUsed(Duration.ofSeconds(10));
    underLoad(() -> {}); // a server's first answers load classes for seconds, without any trouble

    List<Answer> answers =
        underLoad(
            () -> {
              trouble.begin();
              letPass(Duration.ofMillis(1500));
            });
    trouble.end();

    assertThat(answers).hasSizeGreaterThan(CLIENTS * 4);
    assertThat(answers).filteredOn(answer -> answer.status() >= 500).isEmpty();
    // What the machine itself takes at the moment is told by GET /, which asks no Redis.
    Duration machine =
        answers.stream()
            .filter(answer -> answer.path().equals("/"))
            .map(Answer::took)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Duration own = machine.plus(WORK);
    assertThat(slowerThan(own.plus(BUDGET).plusMillis(250), answers)).isEmpty();
    assertThat(slowerThan(own.plus(BUDGET.dividedBy(2)), answers))
        .as("the first few, of %s", answers.size())
        .hasSizeLessThanOrEqualTo(3 * CLIENTS);
    awaitThatRedisIsUsed(Duration.ofSeconds(2));
  }

  private static List<Answer> slowerThan(Duration bound, List<Answer> answers) {
    return answers.stream().filter(answer -> answer.took().compareTo(bound) > 0).toList();
  }

  /** Until a decision on a rate limit has reached Redis. */
  private void awaitThatRedisIsUsed(Duration atMost) {
    Awaitility.await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              long before = redis.calls("evalsha");
              ask("GET", "/rate-limited");
              return redis.calls("evalsha") > before;
            });
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  /** All clients ask for all endpoints in turn until the step is done, and once more after that. */
  private List<Answer> underLoad(Step step) throws InterruptedException, ExecutionException {
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      running.add(
          threads.submit(
              () -> {
                boolean last;
                do {
                  last = done.get();
                  answers.add(ask("GET", "/"));
                  answers.add(ask("GET", "/cached-data"));
                  answers.add(ask("GET", "/rate-limited"));
                  answers.add(ask("POST", "/background-task"));
                } while (!last);
                return null;
              }));
    }
    running.add(
        threads.submit(
            () -> { // sees each moment in which the machine, or the server, does nothing at all
              while (!done.get()) {
                answers.add(ask("GET", "/"));
              }
              return null;
            }));
    step.run();
    done.set(true);
    for (Future<?> client : running) {
      client.get();
    }
    threads.shutdown();
    return List.copyOf(answers);
  }

  /** Lets the trouble last: the time itself is what is tested. */
  private static void letPass(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() > end);
  }

  private Answer ask(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + deployed.getHost() + ":" + deployed.getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("X-Forwarded-For", "10.0.0." + clients.incrementAndGet() % 250)
            .timeout(Duration.ofSeconds(30))
            .build();
    long start = System.nanoTime();
    int status = http.send(request, BodyHandlers.ofString()).statusCode();
    return new Answer(path, status, Duration.ofNanos(System.nanoTime() - start));
  }
}
