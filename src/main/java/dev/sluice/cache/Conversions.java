package dev.sluice.cache;

import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What Jakarta REST makes of a request's text for a parameter. */
final class Conversions {

  /** The packages of implementations, whose own converters depend on the text alone. */
  private static final List<String> IMPLEMENTATIONS =
      List.of("org.jboss.resteasy.", "org.glassfish.jersey.", "io.openliberty.", "com.ibm.");

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

  /** Whether the application converts parameters itself. */
  static boolean areOfTheApplication(Configuration configuration) {
    return Stream.concat(
            configuration.getClasses().stream(),
            configuration.getInstances().stream().map(Object::getClass))
        .filter(ParamConverterProvider.class::isAssignableFrom)
        .anyMatch(type -> IMPLEMENTATIONS.stream().noneMatch(type.getName()::startsWith));
  }
}
