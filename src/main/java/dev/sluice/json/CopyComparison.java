package dev.sluice.json;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value with the copy that was read back from its JSON: classes, all fields (private and
 * transient ones too), elements, and the order of collections that have one. Types of the JDK are
 * compared by {@code equals}.
 */
public final class CopyComparison {

  private CopyComparison() {}

  /** Where the copy first differs, such as {@code value.items[2].price}; empty if nowhere. */
  public static Optional<String> difference(@Nullable Object value, @Nullable Object copy) {
    return difference("value", value, copy);
  }

  /** As {@link #difference(Object, Object)}, with another name for the value. */
  public static Optional<String> difference(
      String path, @Nullable Object value, @Nullable Object copy) {
    if (value == null || copy == null) {
      return value == copy ? Optional.empty() : Optional.of(path);
    } else if (value instanceof Optional<?> optional) {
      return copy instanceof Optional<?> other
          ? difference(path, optional.orElse(null), other.orElse(null))
          : Optional.of(path);
    } else if (value.getClass().isArray()) {
      return ofArrays(path, value, copy);
    } else if (value instanceof Map<?, ?> map) {
      return ofMaps(path, map, copy);
    } else if (value instanceof Collection<?> collection) {
      return ofCollections(path, collection, copy);
    } else if (isOfJdk(value.getClass()) || value instanceof Enum<?>) {
      return value.getClass() == copy.getClass() && value.equals(copy)
          ? Optional.empty()
          : Optional.of(path);
    }
    return ofObjects(path, value, copy);
  }

  private static boolean isOfJdk(Class<?> type) {
    return type.getName().startsWith("java.");
  }

  private static Optional<String> ofArrays(String path, Object value, Object copy) {
    if (value.getClass() != copy.getClass() || Array.getLength(value) != Array.getLength(copy)) {
      return Optional.of(path);
    }
    for (int i = 0; i < Array.getLength(value); i++) {
      Optional<String> found =
          difference(path + "[" + i + "]", Array.get(value, i), Array.get(copy, i));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofCollections(String path, Collection<?> value, Object copy) {
    boolean isAlike =
        copy instanceof Collection<?> other
            && kind(value) == kind(other)
            && isContainerAlike(value, copy)
            && comparator(value) == comparator(copy)
            && value.size() == other.size();
    if (!isAlike) {
      return Optional.of(path);
    }
    if (value instanceof Set<?> && !isOrdered(value)) {
      return ofUnordered(path, (Set<?>) value, (Set<?>) copy);
    }
    return inOrder(path, value.iterator(), ((Collection<?>) copy).iterator());
  }

  private static Class<?> kind(Collection<?> collection) {
    return collection instanceof List<?>
        ? List.class
        : collection instanceof Set<?> ? Set.class : Collection.class;
  }

  private static Optional<String> inOrder(String path, Iterator<?> values, Iterator<?> copies) {
    for (int i = 0; values.hasNext(); i++) {
      Optional<String> found = difference(path + "[" + i + "]", values.next(), copies.next());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Pairs equal elements: those that are not equal to their copies cannot be told apart. */
  private static Optional<String> ofUnordered(String path, Set<?> value, Set<?> copy) {
    Map<Object, Object> copies = new HashMap<>();
    copy.forEach(element -> copies.put(element, element));
    for (Object element : value) {
      if (!copies.containsKey(element)) {
        return Optional.of(path + "[]");
      }
      Optional<String> found = difference(path + "[]", element, copies.get(element));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofMaps(String path, Map<?, ?> value, Object copy) {
    boolean isAlike =
        copy instanceof Map<?, ?> other
            && isContainerAlike(value, copy)
            && comparator(value) == comparator(copy)
            && value.size() == other.size();
    if (!isAlike) {
      return Optional.of(path);
    }
    Map<?, ?> other = (Map<?, ?>) copy;
    if (isOrdered(value)) {
      Optional<String> found = inOrder(path, value.keySet().iterator(), other.keySet().iterator());
      if (found.isPresent()) {
        return found;
      }
    } else {
      Optional<String> found = ofUnordered(path, value.keySet(), other.keySet());
      if (found.isPresent()) {
        return found;
      }
    }
    return value.entrySet().stream()
        .map(
            each ->
                difference(
                    path + "{" + each.getKey() + "}", each.getValue(), other.get(each.getKey())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether both are of the JDK, or of one class of the application. */
  private static boolean isContainerAlike(Object value, Object copy) {
    return value.getClass() == copy.getClass()
        || (isOfJdk(value.getClass()) && isOfJdk(copy.getClass()));
  }

  private static boolean isOrdered(Object container) {
    return container instanceof LinkedHashSet<?>
        || container instanceof LinkedHashMap<?, ?>
        || container instanceof SortedSet<?>
        || container instanceof SortedMap<?, ?>;
  }

  private static @Nullable Object comparator(Object container) {
    if (container instanceof SortedSet<?> set) {
      return set.comparator();
    }
    return container instanceof SortedMap<?, ?> map ? map.comparator() : null;
  }

  private static Optional<String> ofObjects(String path, Object value, Object copy) {
    if (value.getClass() != copy.getClass()) {
      return Optional.of(path);
    }
    for (Class<?> at = value.getClass();
        at != null && at != Object.class;
        at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        Optional<String> found =
            Modifier.isStatic(field.getModifiers())
                ? Optional.empty()
                : ofField(path + "." + field.getName(), field, value, copy);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofField(String path, Field field, Object value, Object copy) {
    try {
      field.setAccessible(true);
      return difference(path, field.get(value), field.get(copy));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return Objects.equals(value, copy) ? Optional.empty() : Optional.of(path);
    }
  }
}
