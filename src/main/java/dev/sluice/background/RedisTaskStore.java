package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisException;
import dev.sluice.redis.RedisScript;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
  private static final RedisScript FIND = RedisScript.of(RedisTaskStore.class, "find.lua");

  /** How long a full queue is taken to be full without being asked again. */
  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();

  /** Redis takes no life of 0. */
  private static final Duration SHORTEST_LIFE = Duration.ofMillis(1);

  private final RedisConnection redis;
  private final String prefix;
  private final List<byte[]> queue;
  private final List<byte[]> queueAndDead;
  private final int capacity;
  private final Duration lease;
  private final Duration retention;
  private final Optional<InstantSource> clock;
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
    this.retention = retention.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : retention;
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
    } catch (RedisException e) {
      LOG.log(
          Level.INFO,
          "Redis at {0} does not tell its maxmemory-policy; with tasks it should be noeviction: {1}",
          redis,
          e.getMessage());
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
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
    Object reply = redis.run(script, keys, arguments);
    return reply instanceof List<?> list ? list : List.of();
  }

  @Override
  public Duration lease() {
    return lease;
  }

  @Override
  public Set<TaskId> add(List<Submission> tasks, String owner) {
    List<byte[]> arguments = arguments(lease.toMillis(), capacity, owner);
    for (Submission added : tasks) {
      Task task = added.task();
      append(arguments, task.id(), added.delay().toMillis(), task.handler(), task.payload());
      append(arguments, task.maxAttempts(), millis(task.timeout()));
    }
    List<?> reply = run(ADD, queue, arguments);
    if (reply.isEmpty()) {
      fullAt = System.nanoTime();
      throw TaskRejection.queueFull();
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
    List<byte[]> keys = new ArrayList<>(queueAndDead);
    keys.add(bytes(prefix + "node:" + owner.substring(0, owner.indexOf('.'))));
    List<?> reply =
        run(CLAIM, keys, arguments(lease.toMillis(), retention.toMillis(), owner, limit));
    for (Object id : (List<?>) reply.get(1)) {
      LOG.log(
          Level.ERROR,
          "Task {0} is dead: its last attempt never ended, or it cannot be read",
          new String((byte[]) id, UTF_8));
    }
    List<Claim> claims = new ArrayList<>();
    for (Object claim : (List<?>) reply.get(0)) {
      claims.add(RedisTaskFormat.toClaim((List<?>) claim, owner));
    }
    return claims;
  }

  /**
   * Asks also when there is nothing to renew, if Redis was not available when it was last asked.
   */
  @Override
  public Set<Claim> renew(List<Claim> claims) {
    if (claims.isEmpty() && redis.isAvailable()) {
      return Set.of();
    }
    List<byte[]> arguments = arguments(lease.toMillis());
    for (Claim claim : claims) {
      append(arguments, claim.task().id(), RedisTaskFormat.claim(claim.attempt(), claim.owner()));
    }
    return at(claims, run(RENEW, queue, arguments));
  }

  private static <T> Set<T> at(List<T> all, List<?> positions) {
    Set<T> found = new HashSet<>();
    positions.forEach(position -> found.add(all.get(((Long) position).intValue())));
    return found;
  }

  @Override
  public Set<Completion> settle(List<Completion> endings) {
    List<byte[]> arguments = arguments(retention.toMillis());
    for (Completion ending : endings) {
      append(arguments, ending.id(), RedisTaskFormat.claim(ending.attempt(), ending.owner()));
      append(arguments, RedisTaskFormat.words(ending.outcome()));
    }
    return at(endings, run(SETTLE, queueAndDead, arguments));
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    List<?> reply = run(FIND, List.of(bytes(prefix + id)), List.of());
    return reply.isEmpty() ? Optional.empty() : Optional.of(RedisTaskFormat.toStatus(id, reply));
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<TaskId> endWithThisProcess() {
    return List.of();
  }

  @Override
  public boolean isAnswering() {
    return redis.isAvailable();
  }

  @Override
  public boolean isFull() {
    return System.nanoTime() - fullAt < FULL_NANOS;
  }
}
