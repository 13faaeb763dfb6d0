package dev.sluice.ratelimit;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What resource methods are called. */
final class MethodNames {

  private MethodNames() {}

  /** Returns the name that messages and settings use: {@code Class.method}, or the class's. */
  static String name(Class<?> resource, AnnotatedElement place) {
    return place instanceof Method method
        ? resource.getSimpleName() + "." + method.getName()
        : resource.getSimpleName();
  }

  /** Returns what tells a method apart from all others; its requests are counted together. */
  static String id(Class<?> resource, Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getName)
        .collect(Collectors.joining(",", resource.getName() + "." + method.getName() + "(", ")"));
  }
}
