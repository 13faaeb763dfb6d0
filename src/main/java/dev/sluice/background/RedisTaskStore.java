package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.Ending.Dead;
import dev.sluice.background.Ending.Discarded;
import dev.sluice.background.Ending.Done;
import dev.sluice.background.Ending.HandBack;
import dev.sluice.background.Ending.Outcome;
import dev.sluice.background.Ending.Retry;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisScript;
import dev.sluice.redis.RedisUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The queue in Redis, shared by all nodes. One script a method; {@code add.lua} says how a task is
 * kept.
 */
final class RedisTaskStore implements TaskStore {

  private static final System.Logger LOG = System.getLogger(RedisTaskStore.class.getName());
  private static final RedisScript ADD = RedisScript.of(RedisTaskStore.class, "add.lua");
  private static final RedisScript CLAIM = RedisScript.of(RedisTaskStore.class, "claim.lua");
  private static final RedisScript RENEW = RedisScript.of(RedisTaskStore.class, "renew.lua");
  private static final RedisScript SETTLE = RedisScript.of(RedisTaskStore.class, "settle.lua");

  /** How long a full queue is taken to be full without being asked again. */
  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();

  private final RedisConnection redis;
  private final String prefix;
  private final List<byte[]> queue;
  private final List<byte[]> queueAndDead;
  private final int capacity;
  private final Duration lease;
  private final Duration retention;
  private final Optional<InstantSource> clock;
  private volatile boolean answering = true;
  private volatile long fullAt = System.nanoTime() - FULL_NANOS;

  /**
   * @param keyPrefix the application's
   * @param clock for tests; empty: Redis's own, which all nodes share
   */
  RedisTaskStore(
      RedisConnection redis,
      String keyPrefix,
      int capacity,
      Duration lease,
      Duration retention,
      Optional<InstantSource> clock) {
    this.redis = redis;
    // All that a script touches shares the hash tag.
    this.prefix = keyPrefix + ":t:{default}:";
    this.queue = List.of(bytes(prefix + "queue"));
    this.queueAndDead = List.of(queue.get(0), bytes(prefix + "dead"));
    this.capacity = capacity;
    this.lease = lease;
    this.retention = retention;
    this.clock = clock;
  }

  /** What Redis does when its memory is full; empty when it does not say. */
  static Optional<String> evictionPolicy(RedisConnection redis) {
    try {
      return redis
          .call(jedis -> jedis.info("memory"))
          .lines()
          .filter(line -> line.startsWith("maxmemory_policy:"))
          .map(line -> line.substring("maxmemory_policy:".length()))
          .findFirst();
    } catch (RedisUnavailableException | JedisException e) {
      return Optional.empty(); // away, or INFO is not allowed
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(Object reply) {
    return new String((byte[]) reply, UTF_8);
  }

  /** Arguments of a script: the prefix of keys, the time, then what differs. */
  private List<byte[]> arguments(Object... values) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(bytes(prefix));
    arguments.add(bytes(clock.map(source -> String.valueOf(source.millis())).orElse("")));
    append(arguments, values);
    return arguments;
  }

  private static void append(List<byte[]> arguments, Object... values) {
    for (Object value : values) {
      arguments.add(bytes(value.toString()));
    }
  }

  private List<?> run(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    try {
      Object reply = redis.run(script, keys, arguments);
      answering = true;
      return reply instanceof List<?> list ? list : List.of();
    } catch (RedisUnavailableException e) {
      answering = false;
      throw e;
    }
  }

  @Override
  public Duration lease() {
    return lease;
  }

  @Override
  public Set<TaskId> add(List<NewTask> tasks, String owner) {
    List<byte[]> arguments = arguments(lease.toMillis(), capacity, owner);
    for (NewTask added : tasks) {
      Task task = added.task();
      append(arguments, task.id(), added.delay().toMillis(), task.handler(), task.payload());
      append(arguments, task.maxAttempts(), millis(task.timeout()));
    }
    List<?> reply = run(ADD, queue, arguments);
    if (reply.isEmpty()) {
      fullAt = System.nanoTime();
      throw TaskRefusal.queueFull();
    }
    Set<TaskId> accepted = new HashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      if (reply.get(i).equals(1L)) {
        accepted.add(tasks.get(i).task().id());
      }
    }
    return accepted;
  }

  private static String millis(Optional<Duration> duration) {
    return duration.map(value -> String.valueOf(value.toMillis())).orElse("");
  }

  @Override
  public List<Claim> claim(int limit, String owner) {
    List<?> reply =
        run(CLAIM, queueAndDead, arguments(lease.toMillis(), retention.toMillis(), owner, limit));
    for (Object id : (List<?>) reply.get(1)) {
      LOG.log(
          Level.ERROR,
          "Task {0} is dead: its last attempt never ended, or it cannot be read",
          text(id));
    }
    List<Claim> claims = new ArrayList<>();
    for (Object claim : (List<?>) reply.get(0)) {
      claims.add(toClaim((List<?>) claim, owner));
    }
    return claims;
  }

  /** Reads what add.lua wrote; claim.lua has seen that it has this form. */
  private static Claim toClaim(List<?> reply, String owner) {
    String[] lines = text(reply.get(2)).split("\n", 4);
    Task task =
        new Task(
            new TaskId(text(reply.get(0))),
            lines[2],
            lines[3],
            Integer.parseInt(lines[0]),
            Optional.of(lines[1])
                .filter(millis -> !millis.isEmpty())
                .map(millis -> Duration.ofMillis(Long.parseLong(millis))));
    return new Claim(task, ((Long) reply.get(1)).intValue(), owner);
  }

  /** A claim as add.lua writes it. */
  private static String held(int attempt, String owner) {
    return attempt + " " + owner;
  }

  /** Asks also when there is nothing to renew, if Redis did not answer when it was last asked. */
  @Override
  public Set<Claim> renew(List<Claim> claims) {
    if (claims.isEmpty() && answering) {
      return Set.of();
    }
    List<byte[]> arguments = arguments(lease.toMillis());
    claims.forEach(
        claim -> append(arguments, claim.task().id(), held(claim.attempt(), claim.owner())));
    return at(claims, run(RENEW, queue, arguments));
  }

  private static <T> Set<T> at(List<T> all, List<?> positions) {
    Set<T> found = new HashSet<>();
    positions.forEach(position -> found.add(all.get(((Long) position).intValue())));
    return found;
  }

  @Override
  public Set<Ending> settle(List<Ending> endings) {
    List<byte[]> arguments = arguments(retention.toMillis());
    for (Ending ending : endings) {
      append(arguments, ending.id(), held(ending.attempt(), ending.owner()));
      append(arguments, words(ending.outcome()));
    }
    return at(endings, run(SETTLE, queueAndDead, arguments));
  }

  private static Object[] words(Outcome outcome) {
    if (outcome instanceof Done) {
      return new Object[] {"done", 0, ""};
    } else if (outcome instanceof Retry retry) {
      return new Object[] {"retry", retry.delay().toMillis(), retry.error()};
    } else if (outcome instanceof Dead dead) {
      return new Object[] {"dead", 0, dead.error()};
    } else if (outcome instanceof HandBack back) {
      return new Object[] {"back", back.delay().toMillis(), ""};
    } else if (outcome instanceof Discarded) {
      return new Object[] {"drop", 0, ""};
    }
    throw new IllegalStateException("Unknown outcome " + outcome);
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    String key = prefix + id;
    List<String> fields = redis.call(jedis -> jedis.hmget(key, "c", "s", "e"));
    String claim = fields.get(0);
    if (claim == null && !redis.call(jedis -> jedis.exists(key))) {
      return Optional.empty();
    }
    int attempts = claim == null ? 0 : Integer.parseInt(claim.split(" ", 2)[0]);
    return Optional.of(
        new TaskStatus(id, state(fields.get(1)), attempts, Optional.ofNullable(fields.get(2))));
  }

  private static TaskStatus.State state(@Nullable String ended) {
    return ended == null
        ? TaskStatus.State.PENDING
        : TaskStatus.State.valueOf(ended.toUpperCase(Locale.ROOT));
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public boolean isAnswering() {
    return answering;
  }

  @Override
  public boolean isFull() {
    return System.nanoTime() - fullAt < FULL_NANOS;
  }
}
