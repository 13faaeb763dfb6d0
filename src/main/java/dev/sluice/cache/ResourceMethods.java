package dev.sluice.cache;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Jakarta REST makes of methods, whose annotations may stand on what they override. */
final class ResourceMethods {

  private ResourceMethods() {}

  /** The method itself, or the one it overrides that has the JAX-RS annotations. */
  static Method annotated(Class<?> bean, Method method) {
    return Stream.concat(Stream.of(method), overridden(bean, method))
        .filter(candidate -> verb(candidate).isPresent())
        .findFirst()
        .orElse(method);
  }

  /** GET, POST and the like, where the method itself is marked so. */
  static Optional<String> verb(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null)
        .map(HttpMethod::value)
        .findFirst();
  }

  /** The same method in superclasses and interfaces. */
  static Stream<Method> overridden(Class<?> bean, Method method) {
    return supertypes(bean).stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(
            other ->
                !other.equals(method)
                    && other.getName().equals(method.getName())
                    && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
  }

  static List<Class<?>> supertypes(Class<?> type) {
    List<Class<?>> all = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      all.add(at);
    }
    for (Class<?> at : List.copyOf(all)) {
      addInterfaces(at, all);
    }
    return all;
  }

  private static void addInterfaces(Class<?> type, List<Class<?>> all) {
    for (Class<?> each : type.getInterfaces()) {
      if (!all.contains(each)) {
        all.add(each);
        addInterfaces(each, all);
      }
    }
  }

  /** The media types that it produces, most specific declaration first; none where none is said. */
  static List<String> produces(Class<?> bean, Method annotated) {
    Produces produces =
        find(Produces.class, Stream.concat(Stream.of(annotated), supertypes(bean).stream()));
    return produces == null
        ? List.of()
        : Arrays.stream(produces.value())
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(String::strip)
            .toList();
  }

  /** Whether requests reach the methods of this class by a path. */
  static boolean isRootResource(Class<?> bean) {
    return find(Path.class, supertypes(bean).stream()) != null;
  }

  private static <A extends Annotation> @Nullable A find(
      Class<A> annotation, Stream<? extends AnnotatedElement> elements) {
    return elements
        .map(element -> element.getAnnotation(annotation))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }
}
