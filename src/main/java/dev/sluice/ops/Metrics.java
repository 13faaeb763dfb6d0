package dev.sluice.ops;

import dev.sluice.background.TaskDepths;
import dev.sluice.background.TaskQueue;
import dev.sluice.background.TaskStatistics;
import dev.sluice.cache.CacheMemory;
import dev.sluice.cache.CacheStatistics;
import dev.sluice.cache.Caches;
import dev.sluice.ops.Metric.Kind;
import dev.sluice.ops.Metric.Sample;
import dev.sluice.ratelimit.RateLimitStatistics;
import dev.sluice.ratelimit.RateLimiter;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisConnections;
import dev.sluice.redis.RedisStatistics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The metrics of this application on this node, read from the statistics of the features. The
 * values of labels are names that the application declares, and fixed words.
 */
@ApplicationScoped
public class Metrics {

  /** One number of a statistics record, and the labels that tell it from the others there. */
  private record Part<S>(Map<String, String> labels, ToDoubleFunction<S> value) {}

  /** A feature that calls Redis, and its way there. */
  private record Use(String name, RedisConnection redis) {}

  private static final List<Part<CacheStatistics>> GETS =
      List.of(
          get("hit", "near", CacheStatistics::nearHits),
          get("hit", "local", CacheStatistics::localHits),
          get("hit", "redis", CacheStatistics::redisHits),
          get("stale", "none", CacheStatistics::stale),
          get("collapsed", "none", CacheStatistics::collapsed),
          get("miss", "none", CacheStatistics::misses));

  private static final List<Part<RateLimitStatistics>> DECISIONS =
      List.of(
          result("within", RateLimitStatistics::permitted),
          result("over", RateLimitStatistics::refused),
          result("over-local", RateLimitStatistics::refusedFromCache),
          result("warn", RateLimitStatistics::warned),
          result("shadow", RateLimitStatistics::shadowed),
          result("outage", RateLimitStatistics::decidedInOutage));

  private static final List<Part<TaskStatistics>> ATTEMPTS =
      List.of(
          result("done", TaskStatistics::done),
          result("retried", TaskStatistics::retried),
          result("dead", TaskStatistics::dead),
          result("cancelled", TaskStatistics::cancelled),
          result("handed-back", TaskStatistics::handedBack));

  private static final List<Part<TaskDepths.Depth>> DEPTHS =
      List.of(
          state("running", TaskDepths.Depth::running),
          state("due", TaskDepths.Depth::due),
          state("delayed", TaskDepths.Depth::delayed),
          state("without-handler", TaskDepths.Depth::withoutHandler),
          state("dead", TaskDepths.Depth::dead));

  private static final TaskDepths.Depth NONE =
      new TaskDepths.Depth(0, 0, 0, 0, 0, Optional.empty());

  private static final List<Part<RedisStatistics>> CALLS =
      List.of(
          result("reply", statistics -> statistics.calls() - statistics.failures()),
          result("failure", RedisStatistics::failures),
          result("not-called", RedisStatistics::notCalled));

  @Inject private Caches caches;
  @Inject private RateLimiter limiter;
  @Inject private TaskQueue tasks;
  @Inject private DepthSampler sampler;
  @Inject private RedisConnections connections;

  /** Returns all metrics. */
  public List<Metric> all() {
    return Stream.of(ofCaches(), ofCacheMemory(), ofLimits(), ofTasks(), ofRedis())
        .flatMap(List::stream)
        .toList();
  }

  private List<Metric> ofCaches() {
    return List.of(
        counter("cache.gets", "Calls of cached methods", perCache(GETS)),
        counter("cache.puts", "Entries stored", perCache(CacheStatistics::stored)),
        counter(
            "cache.evictions",
            "Evictions of keys and of the whole cache",
            perCache(CacheStatistics::evicted)),
        counter(
            "sluice.cache.bypassed",
            "Calls that ran the method without the cache",
            byReason(CacheStatistics::bypassed)),
        counter(
            "sluice.cache.not.stored",
            "Responses and values that were not stored",
            byReason(CacheStatistics::notStorable)),
        new Metric(
            "sluice.cache.stored",
            Kind.COUNTER,
            "bytes",
            "Size of the stored bodies",
            perCache(CacheStatistics::bytes)),
        counter(
            "sluice.cache.failures",
            "Failed calls of Redis, and entries that could not be read",
            perCache(CacheStatistics::failures)));
  }

  private List<Metric> ofCacheMemory() {
    return List.of(
        gauge(
            "cache.size",
            "",
            "Keys of all caches in this process",
            memory("local", CacheMemory::localKeys, "near", CacheMemory::nearKeys)),
        gauge(
            "sluice.cache.memory",
            "bytes",
            "Size of what all caches keep in this process",
            memory("local", CacheMemory::localBytes, "near", CacheMemory::nearBytes)),
        gauge(
            "sluice.cache.listening",
            "",
            "1 while the near cache hears of changes in Redis, else 0",
            () -> Stream.of(new Sample(Map.of(), () -> caches.memory().listening() ? 1 : 0))));
  }

  private List<Metric> ofLimits() {
    return List.of(
        counter(
            "sluice.limit.checks",
            "Requests whose limits were checked",
            () ->
                DECISIONS.stream().map(part -> sample(part, () -> limiter.statistics(), Map.of()))),
        counter(
            "sluice.limit.decisions",
            "Decisions of each policy",
            each(() -> limiter.policies(), "policy", name -> limiter.statistics(name), DECISIONS)));
  }

  private List<Metric> ofTasks() {
    return List.of(
        counter("sluice.tasks.added", "Tasks added", perHandler(TaskStatistics::added)),
        counter("sluice.tasks.attempts", "Attempts at tasks, by their end", perHandler(ATTEMPTS)),
        new Metric(
            "sluice.tasks.running",
            Kind.COUNTER,
            "seconds",
            "Time that attempts took",
            perHandler(statistics -> seconds(statistics.running()))),
        gauge("sluice.tasks.depth", "", "Tasks of the shared queue", perDepth(DEPTHS)),
        gauge(
            "sluice.tasks.oldest.due",
            "seconds",
            "How long the oldest due task has been due",
            perDepth(plain(depth -> depth.oldestDue().map(Metrics::seconds).orElse(0.0)))));
  }

  /** NaN while the store does not reply. */
  private Supplier<Stream<Sample>> perDepth(List<Part<TaskDepths.Depth>> parts) {
    return () ->
        tasks.handlers().stream()
            .flatMap(
                handler ->
                    parts.stream()
                        .map(
                            part ->
                                new Sample(
                                    labels(part, Map.of("handler", handler)),
                                    () ->
                                        sampler
                                            .depths()
                                            .map(all -> all.byHandler().getOrDefault(handler, NONE))
                                            .map(depth -> part.value().applyAsDouble(depth))
                                            .orElse(Double.NaN))));
  }

  private List<Metric> ofRedis() {
    return List.of(
        counter("sluice.redis.calls", "Calls of Redis", perUse(CALLS)),
        new Metric(
            "sluice.redis.time",
            Kind.COUNTER,
            "seconds",
            "Time that calls of Redis took",
            perUse(plain(statistics -> seconds(statistics.time())))),
        gauge(
            "sluice.redis.available",
            "",
            "1 while calls reach Redis, 0 while the circuit breaker is open",
            () ->
                uses()
                    .map(
                        use ->
                            new Sample(
                                Map.of("use", use.name()),
                                () -> use.redis().isAvailable() ? 1 : 0))));
  }

  private Stream<Use> uses() {
    return Stream.of(
            connections.caches().map(redis -> new Use("caches", redis)),
            connections.limits().map(redis -> new Use("limits", redis)),
            connections.tasks().map(redis -> new Use("tasks", redis)))
        .flatMap(Optional::stream);
  }

  private Supplier<Stream<Sample>> perUse(List<Part<RedisStatistics>> parts) {
    return () ->
        uses()
            .flatMap(
                use ->
                    parts.stream()
                        .map(
                            part ->
                                sample(part, use.redis()::statistics, Map.of("use", use.name()))));
  }

  private Supplier<Stream<Sample>> perCache(ToDoubleFunction<CacheStatistics> value) {
    return perCache(plain(value));
  }

  private Supplier<Stream<Sample>> perCache(List<Part<CacheStatistics>> parts) {
    return each(() -> caches.names(), "cache", name -> caches.statistics(name), parts);
  }

  private Supplier<Stream<Sample>> perHandler(ToDoubleFunction<TaskStatistics> value) {
    return perHandler(plain(value));
  }

  private Supplier<Stream<Sample>> perHandler(List<Part<TaskStatistics>> parts) {
    return each(() -> tasks.handlers(), "handler", name -> tasks.statistics(name), parts);
  }

  private Supplier<Stream<Sample>> byReason(Function<CacheStatistics, Map<String, Long>> counts) {
    return () ->
        caches.names().stream()
            .flatMap(
                cache ->
                    counts.apply(caches.statistics(cache)).keySet().stream()
                        .map(
                            reason ->
                                new Sample(
                                    Map.of("cache", cache, "reason", reason),
                                    () -> counts.apply(caches.statistics(cache)).get(reason))));
  }

  private Supplier<Stream<Sample>> memory(
      String tier,
      ToDoubleFunction<CacheMemory> value,
      String otherTier,
      ToDoubleFunction<CacheMemory> otherValue) {
    return () ->
        Stream.of(
            new Sample(Map.of("tier", tier), () -> value.applyAsDouble(caches.memory())),
            new Sample(Map.of("tier", otherTier), () -> otherValue.applyAsDouble(caches.memory())));
  }

  private static <S> Supplier<Stream<Sample>> each(
      Supplier<Set<String>> names,
      String label,
      Function<String, S> statistics,
      List<Part<S>> parts) {
    return () ->
        names.get().stream()
            .flatMap(
                name ->
                    parts.stream()
                        .map(
                            part ->
                                sample(part, () -> statistics.apply(name), Map.of(label, name))));
  }

  private static <S> Sample sample(
      Part<S> part, Supplier<S> statistics, Map<String, String> labels) {
    return new Sample(labels(part, labels), () -> part.value().applyAsDouble(statistics.get()));
  }

  private static Map<String, String> labels(Part<?> part, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    all.putAll(part.labels());
    return all;
  }

  private static Part<CacheStatistics> get(
      String result, String tier, ToDoubleFunction<CacheStatistics> value) {
    return new Part<>(Map.of("result", result, "tier", tier), value);
  }

  private static <S> Part<S> result(String result, ToDoubleFunction<S> value) {
    return new Part<>(Map.of("result", result), value);
  }

  private static <S> Part<S> state(String state, ToDoubleFunction<S> value) {
    return new Part<>(Map.of("state", state), value);
  }

  private static <S> List<Part<S>> plain(ToDoubleFunction<S> value) {
    return List.of(new Part<>(Map.of(), value));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static Metric counter(String name, String description, Supplier<Stream<Sample>> samples) {
    return new Metric(name, Kind.COUNTER, "", description, samples);
  }

  private static Metric gauge(
      String name, String unit, String description, Supplier<Stream<Sample>> samples) {
    return new Metric(name, Kind.GAUGE, unit, description, samples);
  }
}
