package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisScript;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/** The schedules of all nodes in Redis; {@code tick.lua} says how one is kept. */
final class RedisScheduleStore implements ScheduleStore {

  private static final RedisScript TICK = RedisScript.of(RedisScheduleStore.class, "tick.lua");

  private final RedisConnection redis;
  private final String prefix;
  private final byte[] paused;
  private final Optional<InstantSource> clock;

  /**
   * @param keyPrefix the application's
   * @param clock for tests; empty: Redis's own, which all nodes share
   */
  RedisScheduleStore(RedisConnection redis, String keyPrefix, Optional<InstantSource> clock) {
    this.redis = redis;
    this.prefix = RedisTaskStore.prefix(keyPrefix);
    this.paused = bytes(prefix + "schedules-paused");
    this.clock = clock;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private byte[] key(String schedule) {
    return bytes(prefix + "schedule:" + schedule);
  }

  @Override
  public Reply tick(Schedule schedule, Optional<Instant> tick, Optional<Submission> task) {
    List<String> arguments = new ArrayList<>();
    arguments.add(prefix);
    arguments.add(clock.map(source -> String.valueOf(source.millis())).orElse(""));
    arguments.add(schedule.name());
    arguments.add(schedule.definition());
    arguments.add(tick.map(time -> String.valueOf(time.toEpochMilli())).orElse(""));
    task.ifPresent(
        each -> {
          arguments.add(each.id().value());
          arguments.add(RedisTaskFormat.waiting(each));
          arguments.add(each.payload());
        });
    List<byte[]> keys = List.of(bytes(prefix + "queue"), key(schedule.name()), paused);
    List<?> reply =
        (List<?>) redis.run(TICK, keys, arguments.stream().map(each -> bytes(each)).toList());
    return new Reply(time(reply.get(0)), time(reply.get(1)), reply.get(2).equals(1L));
  }

  private static Instant time(Object millis) {
    return Instant.ofEpochMilli(Long.parseLong(new String((byte[]) millis, UTF_8)));
  }

  @Override
  public void pause(String schedule, boolean isPaused) {
    redis.call(
        paused,
        jedis ->
            isPaused ? jedis.sadd(paused, bytes(schedule)) : jedis.srem(paused, bytes(schedule)));
  }

  /** In one round trip. */
  @Override
  public Map<String, Kept> kept(Collection<String> schedules) {
    List<String> names = List.copyOf(schedules);
    return redis.call(
        paused,
        jedis -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            List<Response<byte[]>> kept =
                names.stream().map(name -> pipeline.get(key(name))).toList();
            List<Response<Boolean>> isPaused =
                names.stream().map(name -> pipeline.sismember(paused, bytes(name))).toList();
            pipeline.sync();
            Map<String, Kept> found = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
              byte[] text = kept.get(i).get();
              if (text != null) {
                byte[] last = bytes(new String(text, UTF_8).split(" ", 2)[0]);
                found.put(names.get(i), new Kept(time(last), isPaused.get(i).get()));
              }
            }
            return found;
          }
        });
  }
}
