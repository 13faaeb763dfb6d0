package dev.sluice.cache;

import dev.sluice.json.CopyComparison;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into JSON and back, and refuses those whose copy would differ. The JSON is a list of
 * the one value: it has a place for scalars and for null too.
 */
final class ValueCodec {

  /** A value that is there, null or not. */
  record Value(@Nullable Object value) {}

  /** The result of encoding a value. */
  sealed interface Encoded permits Body, TooLarge, Refused {}

  /** The JSON of a value whose copy is equal. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  record Body(byte[] bytes) implements Encoded {}

  /** The JSON is larger than the bound. */
  record TooLarge() implements Encoded {}

  /** The value is not stored, for this reason. */
  record Refused(String reason) implements Encoded {}

  private static final System.Logger LOG = System.getLogger(ValueCodec.class.getName());

  private final Set<CacheDeclaration> warned = ConcurrentHashMap.newKeySet();
  private final Jsonb json = JsonbBuilder.create(new JsonbConfig().withNullValues(true));

  Encoded encode(CacheDeclaration declaration, @Nullable Object value, int maxBytes) {
    BodyBuffer body = new BodyBuffer(maxBytes);
    try {
      json.toJson(Collections.singletonList(value), new ListType(declaration.valueType()), body);
    } catch (RuntimeException | Error e) { // of JSON-B or of a getter; the caller has its value
      return body.isTooLarge() ? new TooLarge() : new Refused("encoding");
    }
    byte[] bytes = body.toByteArray();
    return isChanged(declaration, value, bytes) ? new Refused("changed") : new Body(bytes);
  }

  /**
   * Whether later callers would get another value than this one. Every value is read back and
   * compared, which makes a fill three to five times as dear as writing the JSON alone; a hit costs
   * nothing more.
   */
  private boolean isChanged(CacheDeclaration declaration, @Nullable Object value, byte[] body) {
    Optional<String> difference;
    try {
      difference =
          decode(declaration, body)
              .map(copy -> CopyComparison.difference(value, copy.value()))
              .orElse(Optional.of("value"));
    } catch (RuntimeException | Error e) { // of an element's equals, or too deep
      difference = Optional.of("value");
    }
    if (difference.isPresent() && warned.add(declaration)) {
      LOG.log(
          Level.WARNING,
          "{0}: a value is not cached, because its copy from JSON differs at {1}; return a type"
              + " that JSON-B maps without loss",
          declaration,
          difference.get());
    }
    return difference.isPresent();
  }

  /** Empty when the JSON is of another shape than the type has now. */
  Optional<Value> decode(CacheDeclaration declaration, byte[] body) {
    try {
      List<?> values =
          json.fromJson(new ByteArrayInputStream(body), new ListType(declaration.valueType()));
      return values.size() == 1 ? Optional.of(new Value(values.get(0))) : Optional.empty();
    } catch (RuntimeException | StackOverflowError e) { // of JSON-B, or of a constructor
      return Optional.empty();
    }
  }
}
