package dev.sluice.cache;

import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;

/** What Jakarta REST makes of a request's text for a parameter. */
final class Conversions {

  private Conversions() {}

  /**
   * Whether equal texts become equal values of this type at any time: not in a class of the
   * application, whose factory may depend on other things.
   */
  static boolean dependOnTextAlone(Type type) {
    if (type instanceof ParameterizedType generic) {
      return Collection.class.isAssignableFrom((Class<?>) generic.getRawType())
          && Arrays.stream(generic.getActualTypeArguments())
              .allMatch(Conversions::dependOnTextAlone);
    }
    return type instanceof Class<?> plain
        && (plain.isPrimitive()
            || plain.getName().startsWith("java.")
            || (plain.isArray() && dependOnTextAlone(plain.getComponentType()))
            || (plain.isEnum() && !hasFactory(plain)));
  }

  private static boolean hasFactory(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("fromString"));
  }

  /**
   * Whether the application converts parameters itself: by a class that is not of Jakarta REST's
   * implementation, whose own converters depend on the text alone.
   */
  static boolean areOfTheApplication(Configuration configuration) {
    return Stream.concat(
            configuration.getClasses().stream(),
            configuration.getInstances().stream().map(Object::getClass))
        .filter(ParamConverterProvider.class::isAssignableFrom)
        .anyMatch(type -> type.getClassLoader() != configuration.getClass().getClassLoader());
  }
}
