package dev.sluice.background;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.util.Locale;
import java.util.Map;

/** The JSON of a {@link TaskStatus}; members that are not known are left out. */
final class TaskStatusJson {

  private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

  private TaskStatusJson() {}

  static String of(TaskStatus status) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("id", status.id().value())
            .add("state", status.state().name().toLowerCase(Locale.ROOT))
            .add("handler", status.handler())
            .add("attempts", status.attempts())
            .add("maxAttempts", status.maxAttempts())
            .add("added", status.added().toString());
    status.nextAttempt().ifPresent(time -> json.add("nextAttempt", time.toString()));
    status.ended().ifPresent(time -> json.add("ended", time.toString()));
    status.progress().ifPresent(fraction -> json.add("progress", fraction));
    status.error().ifPresent(error -> json.add("error", error));
    return json.build().toString();
  }
}
