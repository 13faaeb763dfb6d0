package dev.sluice.ops;

import dev.sluice.background.TaskId;
import dev.sluice.background.TaskQueue;
import dev.sluice.background.TaskStatus;
import dev.sluice.cache.Caches;
import dev.sluice.ratelimit.Client;
import dev.sluice.ratelimit.RateLimiter;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisConnections;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operations API: what it shows, and what it changes. Knows nothing of HTTP. */
@ApplicationScoped
public class OpsApi {

  private static final int SHOWN_DEAD = 100;

  @Inject private Caches caches;
  @Inject private RateLimiter limiter;
  @Inject private TaskQueue tasks;
  @Inject private RedisConnections connections;

  /** Returns what a view shows; empty if there is no such view. */
  Optional<JsonObject> view(String name) {
    return switch (name) {
      case "overview" -> Optional.of(overview());
      case "caches" -> Optional.of(named("caches", caches.names(), caches::statistics));
      case "limits" -> Optional.of(named("policies", limiter.policies(), limiter::statistics));
      case "tasks" -> Optional.of(tasks());
      default -> Optional.empty();
    };
  }

  private JsonObject overview() {
    JsonObjectBuilder redis = Json.createObjectBuilder();
    Map.of(
            "caches", connections.caches(),
            "limits", connections.limits(),
            "tasks", connections.tasks())
        .forEach((use, connection) -> connection.ifPresent(it -> redis.add(use, redis(it))));
    return Json.createObjectBuilder()
        .add("keyPrefix", connections.keyPrefix())
        .add("redis", redis)
        .add("cacheMemory", RecordJson.of(caches.memory()))
        .add("checks", RecordJson.of(limiter.statistics()))
        .build();
  }

  private static JsonObjectBuilder redis(RedisConnection connection) {
    return Json.createObjectBuilder(RecordJson.of(connection.statistics()))
        .add("server", connection.toString())
        .add("available", connection.isAvailable());
  }

  private JsonObject tasks() {
    JsonArrayBuilder dead = Json.createArrayBuilder();
    tasks.dead(SHOWN_DEAD).stream().map(OpsApi::dead).forEach(dead::add);
    return Json.createObjectBuilder(named("handlers", tasks.handlers(), tasks::statistics))
        .add("paused", tasks.isPaused())
        .add("depths", depths())
        .add("dead", dead)
        .build();
  }

  private JsonObjectBuilder depths() {
    JsonObjectBuilder all = Json.createObjectBuilder();
    tasks.depths().byHandler().forEach((handler, depth) -> all.add(handler, RecordJson.of(depth)));
    return all;
  }

  private static JsonObjectBuilder dead(TaskStatus task) {
    JsonObjectBuilder json =
        Json.createObjectBuilder()
            .add("id", task.id().value())
            .add("handler", task.handler())
            .add("attempts", task.attempts())
            .add("added", task.added().toString());
    task.ended().ifPresent(time -> json.add("ended", time.toString()));
    task.error().ifPresent(error -> json.add("error", error));
    return json;
  }

  private static JsonObject named(
      String member, Collection<String> names, Function<String, Record> statistics) {
    JsonArrayBuilder all = Json.createArrayBuilder();
    for (String name : new TreeSet<>(names)) {
      JsonObject numbers = RecordJson.of(statistics.apply(name));
      all.add(
          Json.createObjectBuilder().add("name", name).addAll(Json.createObjectBuilder(numbers)));
    }
    return Json.createObjectBuilder().add(member, all).build();
  }

  /**
   * Changes something.
   *
   * @param parameters those of the request
   * @return what was changed; empty if there is no such action
   * @throws IllegalArgumentException if a parameter is missing or names nothing
   */
  Optional<JsonObject> act(String action, Map<String, String[]> parameters) {
    switch (action) {
      case "caches/clear" -> caches.clear(one("cache", parameters));
      case "caches/evict-tag" -> caches.evictTag(one("tag", parameters));
      case "limits/reset" ->
          limiter.reset(one("policy", parameters), Client.parse(one("client", parameters)));
      case "tasks/pause" -> tasks.pause();
      case "tasks/resume" -> tasks.resume();
      case "tasks/requeue" -> {
        return Optional.of(ids(tasks.requeue(taskIds(parameters))));
      }
      case "tasks/discard" -> {
        return Optional.of(ids(tasks.discard(taskIds(parameters))));
      }
      case "tasks/cancel" -> {
        return Optional.of(
            ids(
                taskIds(parameters).stream()
                    .flatMap(id -> tasks.cancel(id).stream())
                    .map(TaskStatus::id)
                    .toList()));
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(JsonObject.EMPTY_JSON_OBJECT);
  }

  private static JsonObject ids(Collection<TaskId> ids) {
    JsonArrayBuilder all = Json.createArrayBuilder();
    ids.forEach(id -> all.add(id.value()));
    return Json.createObjectBuilder().add("ids", all).build();
  }

  private static List<TaskId> taskIds(Map<String, String[]> parameters) {
    one("id", parameters);
    return Arrays.stream(parameters.getOrDefault("id", new String[0])).map(TaskId::new).toList();
  }

  private static String one(String name, Map<String, String[]> parameters) {
    String @Nullable [] values = parameters.get(name);
    if (values == null || values[0].isEmpty()) {
      throw new IllegalArgumentException("The parameter " + name + " is missing");
    }
    return values[0];
  }
}
