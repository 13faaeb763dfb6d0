package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.TaskOptions.KeyScope;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisException;
import dev.sluice.redis.RedisScript;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/**
 * The queue in Redis, shared by all nodes. One script a method; {@code add.lua} says how a task is
 * kept.
 */
final class RedisTaskStore implements TaskStore {

  private static final System.Logger LOG = System.getLogger(RedisTaskStore.class.getName());
  private static final RedisScript ADD = RedisScript.of(RedisTaskStore.class, "add.lua");
  private static final RedisScript CLAIM = RedisScript.of(RedisTaskStore.class, "claim.lua");
  private static final RedisScript PAYLOADS = RedisScript.of(RedisTaskStore.class, "payloads.lua");
  private static final RedisScript RENEW = RedisScript.of(RedisTaskStore.class, "renew.lua");
  private static final RedisScript SETTLE = RedisScript.of(RedisTaskStore.class, "settle.lua");
  private static final RedisScript FIND = RedisScript.of(RedisTaskStore.class, "find.lua");
  private static final RedisScript CANCEL = RedisScript.of(RedisTaskStore.class, "cancel.lua");
  private static final RedisScript DEAD = RedisScript.of(RedisTaskStore.class, "dead.lua");
  private static final RedisScript REVIVE = RedisScript.of(RedisTaskStore.class, "revive.lua");
  private static final RedisScript DEPTHS = RedisScript.of(RedisTaskStore.class, "depths.lua");
  private static final RedisScript UNPARK = RedisScript.of(RedisTaskStore.class, "unpark.lua");

  /** How long a full queue is taken to be full without being asked again. */
  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int RESTORED_AT_ONCE = 200;
  private static final int UNPARKED_AT_ONCE = 1000;
  private static final int REVIVED_AT_ONCE = 1000;

  /** Tasks of the queue, and dead ones, that are counted by their handlers. */
  private static final int COUNTED_BY_HANDLER = 2000;

  private final RedisConnection redis;
  private final String prefix;
  private final byte[] queue;
  private final byte[] dead;
  private final byte[] parked;
  private final byte[] cancelled;
  private final byte[] paused;
  private final TaskStoreSettings settings;
  private final Optional<InstantSource> clock;
  private volatile long fullAt = System.nanoTime() - FULL_NANOS;

  /**
   * @param keyPrefix the application's
   * @param clock for tests; empty: Redis's own, which all nodes share
   */
  RedisTaskStore(
      RedisConnection redis,
      String keyPrefix,
      TaskStoreSettings settings,
      Optional<InstantSource> clock) {
    this.redis = redis;
    this.prefix = prefix(keyPrefix);
    this.queue = bytes(prefix + "queue");
    this.dead = bytes(prefix + "dead");
    this.parked = bytes(prefix + "parked");
    this.cancelled = bytes(prefix + "cancelled");
    this.paused = bytes(prefix + "paused");
    this.settings = settings;
    this.clock = clock;
  }

  /** All that a script touches shares the hash tag. */
  static String prefix(String keyPrefix) {
    return keyPrefix + ":tasks:{default}:";
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

  private Instant instant() {
    return clock.map(InstantSource::instant).orElseGet(Instant::now);
  }

  private String now() {
    return clock.map(source -> String.valueOf(source.millis())).orElse("");
  }

  /** Arguments of a script: the prefix of keys, the time, then what differs. */
  private List<byte[]> arguments(Object... values) {
    List<byte[]> arguments = new ArrayList<>();
    append(arguments, prefix, now());
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
    return settings.lease();
  }

  @Override
  public Set<TaskId> add(List<Submission> tasks, String owner) {
    List<byte[]> arguments = arguments(settings.capacity());
    for (Submission added : tasks) {
      long due = added.isDelayed() ? added.delay().toMillis() : lease().toMillis();
      String record = RedisTaskFormat.held(added.lease(owner));
      append(arguments, added.id(), due, sameness(added.options()), record, added.payload());
    }
    List<?> reply = run(ADD, List.of(queue, dead), arguments);
    if (reply.isEmpty()) {
      fullAt = System.nanoTime();
      throw TaskRejection.queueFull();
    }
    Set<TaskId> accepted = new HashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      if (reply.get(i).equals(1L)) {
        accepted.add(tasks.get(i).id());
      }
    }
    return accepted;
  }

  private static String sameness(TaskOptions options) {
    if (options.idempotencyKey().isEmpty()) {
      return "";
    }
    return options.keyScope() == KeyScope.UNTIL_ENDED ? "ended" : "same";
  }

  @Override
  public void restore(Collection<Lease> leases) {
    List<Lease> all = List.copyOf(leases);
    for (int from = 0; from < all.size(); from += RESTORED_AT_ONCE) {
      List<byte[]> arguments = arguments(Integer.MAX_VALUE);
      for (Lease lease : all.subList(from, Math.min(from + RESTORED_AT_ONCE, all.size()))) {
        append(arguments, lease.id(), lease().toMillis(), "same");
        append(arguments, RedisTaskFormat.held(lease), lease.payload().orElseThrow());
      }
      run(ADD, List.of(queue, dead), arguments);
    }
  }

  @Override
  public List<Lease> claim(int limit, String owner) {
    byte[] node = bytes(prefix + "node:" + owner.substring(0, owner.indexOf('.')));
    List<byte[]> arguments =
        arguments(lease().toMillis(), settings.deadRetention().toMillis(), owner, limit);
    List<?> reply = run(CLAIM, List.of(queue, dead, node), arguments);
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < reply.size(); i += 2) {
      String id = new String((byte[]) reply.get(i), UTF_8);
      byte[] record = (byte[]) reply.get(i + 1);
      if (record.length > 0) {
        leases.add(RedisTaskFormat.toLease(new TaskId(id), record));
      } else {
        LOG.log(Level.ERROR, "Task {0} is dead: what Redis keeps of it cannot be read", id);
      }
    }
    return leases;
  }

  @Override
  public Map<TaskId, String> payloads(List<Lease> leases) {
    if (leases.isEmpty()) {
      return Map.of();
    }
    List<byte[]> arguments = new ArrayList<>();
    append(arguments, prefix);
    for (Lease lease : leases) {
      append(arguments, lease.id(), RedisTaskFormat.fence(lease));
    }
    List<?> found = (List<?>) redis.runAlone(PAYLOADS, List.of(queue), arguments);
    Map<TaskId, String> payloads = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i) instanceof byte[] payload) {
        payloads.put(leases.get(i).id(), new String(payload, UTF_8));
      }
    }
    return payloads;
  }

  /**
   * Asks also when there is nothing to renew, if Redis was not available when it was last asked.
   */
  @Override
  public NotApplied<Lease> renew(List<Lease> leases) {
    if (leases.isEmpty() && redis.isAvailable(queue)) {
      return NotApplied.none();
    }
    List<byte[]> arguments = arguments(lease().toMillis());
    for (Lease lease : leases) {
      append(arguments, lease.id(), RedisTaskFormat.fence(lease), RedisTaskFormat.begun(lease));
    }
    return notApplied(leases, run(RENEW, List.of(queue), arguments));
  }

  private static <T> NotApplied<T> notApplied(List<T> all, List<?> positions) {
    Set<T> taken = new HashSet<>();
    Set<T> missing = new HashSet<>();
    for (Object each : positions) {
      int position = ((Long) each).intValue();
      if (position < 0) {
        missing.add(all.get(-1 - position));
      } else {
        taken.add(all.get(position));
      }
    }
    return new NotApplied<>(taken, missing);
  }

  @Override
  public NotApplied<Completion> settle(List<Completion> completions) {
    List<byte[]> arguments =
        arguments(settings.retention().toMillis(), settings.deadRetention().toMillis());
    for (Completion completion : completions) {
      append(arguments, completion.id(), RedisTaskFormat.fence(completion.lease()));
      append(arguments, RedisTaskFormat.words(completion, instant()));
    }
    return notApplied(completions, run(SETTLE, List.of(queue, dead, parked, cancelled), arguments));
  }

  @Override
  public void unpark(Collection<String> handlers) {
    List<byte[]> arguments = new ArrayList<>();
    append(arguments, now(), UNPARKED_AT_ONCE);
    append(arguments, handlers.toArray());
    run(UNPARK, List.of(queue, parked), arguments);
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    List<byte[]> keys = List.of(queue, key(id), bytes(prefix + id + ":g"));
    List<?> reply = run(FIND, keys, List.of(bytes(id.value())));
    if (reply.isEmpty()) {
      return Optional.empty();
    }
    Optional<Double> due = number(reply.get(1));
    Optional<Double> progress = number(reply.get(2));
    return RedisTaskFormat.toStatus(
        id,
        (byte[]) reply.get(0),
        due.map(score -> Instant.ofEpochMilli(score.longValue())),
        progress.map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
  }

  private static Optional<Double> number(Object reply) {
    return Optional.of(new String((byte[]) reply, UTF_8))
        .filter(text -> !text.isEmpty())
        .map(Double::valueOf);
  }

  private byte[] key(TaskId id) {
    return bytes(prefix + id);
  }

  @Override
  public void cancel(TaskId id) {
    List<byte[]> arguments = arguments(settings.retention().toMillis(), id);
    run(CANCEL, List.of(queue, key(id), cancelled, parked), arguments);
  }

  /** In one round trip. */
  @Override
  public TaskSignals signals() {
    return redis.call(
        queue,
        jedis -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            Response<List<byte[]>> ids = pipeline.zrange(cancelled, 0, -1);
            Response<Boolean> isPaused = pipeline.exists(paused);
            pipeline.sync();
            return new TaskSignals(ids(ids.get()), isPaused.get());
          }
        });
  }

  private static Set<TaskId> ids(List<?> texts) {
    Set<TaskId> ids = new HashSet<>();
    texts.forEach(id -> ids.add(new TaskId(text(id))));
    return ids;
  }

  private static String text(Object reply) {
    return new String((byte[]) reply, UTF_8);
  }

  @Override
  public void pause(boolean isPaused) {
    redis.call(queue, jedis -> isPaused ? jedis.set(paused, bytes("1")) : jedis.del(paused));
  }

  @Override
  public TaskDepths depths() {
    List<?> reply =
        (List<?>)
            redis.runAlone(DEPTHS, List.of(queue, dead, parked), arguments(COUNTED_BY_HANDLER));
    return RedisTaskFormat.toDepths(reply, COUNTED_BY_HANDLER);
  }

  /** In one round trip. A task that has told its progress is found with it for the retention. */
  @Override
  public void progress(Map<TaskId, Double> fractions) {
    SetParams life = SetParams.setParams().px(settings.retention().plus(lease()).toMillis());
    redis.call(
        queue,
        jedis -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            fractions.forEach(
                (id, fraction) ->
                    pipeline.set(bytes(prefix + id + ":g"), bytes(fraction.toString()), life));
          }
          return fractions;
        });
  }

  @Override
  public List<TaskStatus> dead(int limit) {
    List<byte[]> arguments = new ArrayList<>();
    append(arguments, prefix, limit);
    List<?> reply = (List<?>) redis.runAlone(DEAD, List.of(dead), arguments);
    List<TaskStatus> found = new ArrayList<>();
    for (int i = 0; i < reply.size(); i += 2) {
      TaskId id = new TaskId(new String((byte[]) reply.get(i), UTF_8));
      RedisTaskFormat.toStatus(
              id, (byte[]) reply.get(i + 1), Optional.empty(), OptionalDouble.empty())
          .ifPresent(found::add);
    }
    return found;
  }

  @Override
  public Set<TaskId> requeue(Collection<TaskId> ids) {
    return revive("requeue", "", bytes(ids));
  }

  @Override
  public Set<TaskId> discard(Collection<TaskId> ids) {
    return revive("discard", "", bytes(ids));
  }

  private static List<byte[]> bytes(Collection<TaskId> ids) {
    return ids.stream().map(id -> bytes(id.value())).toList();
  }

  /**
   * @param handler of which the tasks have to be; empty for any
   */
  private Set<TaskId> revive(String what, String handler, List<byte[]> ids) {
    List<byte[]> arguments = arguments(what, handler);
    arguments.addAll(ids);
    return ids(run(REVIVE, List.of(queue, dead), arguments));
  }

  @Override
  public int requeueAll(String handler) {
    return reviveAll("requeue", handler);
  }

  @Override
  public int discardAll(String handler) {
    return reviveAll("discard", handler);
  }

  /** Those that die meanwhile stay dead. */
  private int reviveAll(String what, String handler) {
    List<Tuple> newest = redis.call(dead, jedis -> jedis.zrangeWithScores(dead, -1, -1));
    double before = newest.isEmpty() ? 0 : newest.get(0).getScore();
    int revived = 0;
    int others = 0;
    List<byte[]> page;
    do {
      ZRangeParams next =
          ZRangeParams.zrangeByScoreParams(0, before).limit(others, REVIVED_AT_ONCE);
      page = redis.call(dead, jedis -> jedis.zrange(dead, next));
      int ofHandler = revive(what, handler, page).size();
      revived += ofHandler;
      others += page.size() - ofHandler;
    } while (page.size() == REVIVED_AT_ONCE);
    return revived;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<Task> endWithThisProcess() {
    return List.of();
  }

  @Override
  public boolean isAvailable() {
    return redis.isAvailable(queue);
  }

  @Override
  public boolean isFull() {
    return System.nanoTime() - fullAt < FULL_NANOS;
  }
}
