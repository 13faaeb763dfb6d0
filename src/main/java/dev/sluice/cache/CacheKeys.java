package dev.sluice.cache;

import dev.sluice.http.TypeVariables;
import dev.sluice.redis.KeyDigest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of key values, so that no Redis key contains a client's value: the first 192 bits of
 * SHA-256 over an encoding that is different for different lists.
 */
final class CacheKeys {

  private static final int BYTES = 24;
  private static final Set<Class<?>> NUMBERS =
      Set.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          Float.class,
          Double.class);
  private static final Set<Class<?>> BY_TEXT =
      Set.of(
          UUID.class,
          BigDecimal.class,
          URI.class,
          URL.class,
          Locale.class,
          Currency.class,
          Duration.class,
          Period.class);

  private CacheKeys() {}

  /**
   * The hash of these values, in this order: 32 characters that may be part of a Redis key.
   *
   * @throws IllegalArgumentException if a key cannot hold one of the values
   */
  static String hash(List<?> values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("a key cannot hold values nested this deep", e);
    }
    return hash(bytes.toByteArray());
  }

  static String hash(byte[] bytes) {
    return KeyDigest.of(bytes, BYTES);
  }

  /** Whether every value of this type can be part of a key. */
  static boolean canHold(Type type) {
    return canHold(type, new HashSet<>());
  }

  /**
   * @param open the records around the type, which recursive ones contain again
   */
  private static boolean canHold(Type type, Set<Type> open) {
    if (type instanceof GenericArrayType array) {
      return canHold(array.getGenericComponentType(), open);
    }
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      return raw.isRecord()
          ? canHoldRecord(raw, generic, TypeVariables.of(generic), open)
          : isContainer(raw)
              && Arrays.stream(generic.getActualTypeArguments())
                  .allMatch(argument -> canHold(argument, open));
    }
    if (!(type instanceof Class<?> plain)) {
      return false;
    }
    if (plain.isRecord()) {
      return canHoldRecord(plain, plain, TypeVariables.of(plain), open);
    }
    return plain.isArray() ? canHold(plain.getComponentType(), open) : isScalar(plain);
  }

  private static boolean canHoldRecord(
      Class<?> record, Type type, TypeVariables variables, Set<Type> open) {
    return !open.add(type)
        || Arrays.stream(record.getRecordComponents())
            .map(component -> variables.resolve(component.getGenericType()))
            .allMatch(component -> canHold(component, open));
  }

  private static boolean isContainer(Class<?> type) {
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || type == Optional.class;
  }

  /** Whether values of this type have neither elements nor components. */
  static boolean isScalar(Class<?> type) {
    return type.isPrimitive()
        || NUMBERS.contains(type)
        || type == Boolean.class
        || type == Character.class
        || type == String.class
        || type.isEnum()
        || isByText(type);
  }

  /** Whether the text of a value of this type is different for different values. */
  private static boolean isByText(Class<?> type) {
    boolean isTime =
        TemporalAccessor.class.isAssignableFrom(type) || ZoneId.class.isAssignableFrom(type);
    return BY_TEXT.contains(type) || (isTime && type.getName().startsWith("java.time."));
  }

  private static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    if (value == null) {
      out.writeByte('0');
    } else if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long
        || value instanceof BigInteger) {
      writeText(out, 'i', value.toString());
    } else if (value instanceof Float || value instanceof Double) {
      writeText(out, 'd', Double.toString(((Number) value).doubleValue()));
    } else if (value instanceof Enum<?> constant) {
      writeText(out, 'e', constant.getDeclaringClass().getName());
      writeText(out, 'e', constant.name());
    } else if (value instanceof String || value instanceof Character || value instanceof Boolean) {
      writeText(out, value.getClass().getSimpleName().charAt(0), value.toString());
    } else if (isByText(value.getClass())) {
      writeText(out, 't', value.getClass().getName());
      writeText(out, 't', value.toString());
    } else {
      writeComposite(out, value);
    }
  }

  private static void writeComposite(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Optional<?> optional) {
      out.writeByte('o');
      write(out, optional.orElse(null));
    } else if (value instanceof Set<?> set) {
      writeSorted(out, 's', set);
    } else if (value instanceof Map<?, ?> map) {
      writeSorted(
          out,
          'm',
          map.entrySet().stream().map(e -> Arrays.asList(e.getKey(), e.getValue())).toList());
    } else if (value instanceof Collection<?> list) {
      writeAll(out, 'l', list);
    } else if (value.getClass().isArray()) {
      out.writeByte('l');
      out.writeInt(Array.getLength(value));
      for (int i = 0; i < Array.getLength(value); i++) {
        write(out, Array.get(value, i));
      }
    } else if (value instanceof Record record) {
      writeText(out, 'r', record.getClass().getName());
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        write(out, read(component, record));
      }
    } else {
      throw new IllegalArgumentException(
          "a key cannot hold a "
              + value.getClass().getName()
              + "; mark parameters with @CacheKey"
              + " or name a CacheKeyProvider");
    }
  }

  private static void writeAll(DataOutputStream out, char kind, Collection<?> values)
      throws IOException {
    out.writeByte(kind);
    out.writeInt(values.size());
    for (Object value : values) {
      write(out, value);
    }
  }

  /** Writes the values in an order that does not depend on the iteration order. */
  private static void writeSorted(DataOutputStream out, char kind, Collection<?> values)
      throws IOException {
    writeAll(out, kind, values.stream().map(value -> hash(Arrays.asList(value))).sorted().toList());
  }

  private static void writeText(DataOutputStream out, char kind, String text) throws IOException {
    out.writeByte(kind);
    out.writeInt(text.length());
    out.writeChars(text); // not UTF-8, in which all unpaired surrogates are equal
  }

  private static @Nullable Object read(RecordComponent component, Record record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("a key cannot read " + component, e);
    }
  }
}
