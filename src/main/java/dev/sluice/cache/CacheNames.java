package dev.sluice.cache;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names of an application's caches. A cache without a declared name is called {@code
 * Class.method}; with the class's full name where another annotated class has the same simple name,
 * and with the parameters' types, as in {@code Class.method-long-String}, where overloads are
 * cached too.
 */
final class CacheNames {

  private final Set<String> ambiguous = new HashSet<>();

  /**
   * @param beans all classes that declare a cache
   */
  CacheNames(Collection<Class<?>> beans) {
    Set<String> seen = new HashSet<>();
    for (Class<?> bean : beans) {
      if (!seen.add(bean.getSimpleName())) {
        ambiguous.add(bean.getSimpleName());
      }
    }
  }

  /**
   * The name of the cache of one method.
   *
   * @param cached all cached methods of the bean
   */
  String name(Class<?> bean, Method method, Map<Method, Cached> cached) {
    Cached own = cached.get(method);
    if (own != null && !own.name().isEmpty()) {
      return own.name();
    }
    String type = ambiguous.contains(bean.getSimpleName()) ? bean.getName() : bean.getSimpleName();
    return type + "." + method.getName() + (isOverloaded(method, cached) ? types(method) : "");
  }

  private static boolean isOverloaded(Method method, Map<Method, Cached> cached) {
    return cached.entrySet().stream()
        .anyMatch(
            each ->
                each.getValue().name().isEmpty()
                    && !each.getKey().equals(method)
                    && each.getKey().getName().equals(method.getName()));
  }

  private static String types(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> "-" + type.getSimpleName().replace("[]", "$"))
        .collect(Collectors.joining());
  }
}
