package dev.sluice.ops;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The JSON of a record of numbers; a duration is in seconds, an empty optional is left out. */
final class RecordJson {

  private RecordJson() {}

  static JsonObject of(Record record) {
    JsonObjectBuilder json = Json.createObjectBuilder();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        add(json, component.getName(), component.getAccessor().invoke(record));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component + " cannot be read", e);
      }
    }
    return json.build();
  }

  private static void add(JsonObjectBuilder json, String name, Object value) {
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(present -> add(json, name, present));
    } else if (value instanceof Duration duration) {
      json.add(name, duration.toNanos() / 1e9);
    } else if (value instanceof Map<?, ?> counts) {
      JsonObjectBuilder members = Json.createObjectBuilder();
      counts.forEach((key, count) -> add(members, key.toString(), count));
      json.add(name, members);
    } else if (value instanceof Boolean flag) {
      json.add(name, flag);
    } else {
      json.add(name, ((Number) value).longValue());
    }
  }
}
