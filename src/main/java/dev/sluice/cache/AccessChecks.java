package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;

/** The checks of access that a container makes between the request filters and a method. */
final class AccessChecks {

  private AccessChecks() {}

  /**
   * Whether the container may refuse a call that the filters have let pass: of an EJB, or of a
   * method with an annotation such as {@code @RolesAllowed}.
   */
  static boolean follow(Class<?> bean, Method method) {
    return annotations(bean, method)
        .anyMatch(
            name ->
                name.startsWith("jakarta.ejb.")
                    || (name.startsWith("jakarta.annotation.security.")
                        && !name.endsWith(".PermitAll")));
  }

  /** Whether a limit is declared for the method; the package of limits is not known here. */
  static boolean isLimited(Class<?> bean, Method method) {
    return annotations(bean, method)
        .anyMatch(name -> name.startsWith("dev.sluice.ratelimit.RateLimited"));
  }

  /** The names of the annotations that hold for a method. */
  private static Stream<String> annotations(Class<?> bean, Method method) {
    return Stream.<AnnotatedElement>concat(
            Stream.of(method),
            Stream.concat(
                ResourceMethods.overridden(bean, method),
                ResourceMethods.supertypes(bean).stream()))
        .flatMap(element -> Arrays.stream(element.getAnnotations()))
        .map(annotation -> annotation.annotationType().getName());
  }
}
