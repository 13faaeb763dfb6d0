package dev.sluice.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Jakarta REST about resource methods and their annotations, which a method may
 * inherit from a method that it overrides or implements.
 *
 * @see <a
 *     href="https://jakarta.ee/specifications/restful-ws/3.1/jakarta-restful-ws-spec-3.1#annotationinheritance">Jakarta
 *     RESTful Web Services 3.1, 3.6</a>
 */
public final class ResourceMethods {

  private ResourceMethods() {}

  /** The method itself, or the method it overrides that has the annotations of Jakarta REST. */
  public static Method annotated(Class<?> bean, Method method) {
    return Stream.concat(Stream.of(method), overridden(bean, method))
        .filter(candidate -> verb(candidate).isPresent())
        .findFirst()
        .orElse(method);
  }

  /** The HTTP method, such as GET, that the method itself is annotated with. */
  public static Optional<String> verb(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null)
        .map(HttpMethod::value)
        .findFirst();
  }

  /** The same method in superclasses and interfaces, generic ones included. */
  public static Stream<Method> overridden(Class<?> bean, Method method) {
    return supertypes(bean).stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(
            other -> !other.equals(method) && !other.isBridge() && isAlike(bean, method, other));
  }

  /**
   * The bean's own method for one that its supertypes declare: the method that runs when a request
   * is routed to {@code declared}. The method itself if the bean has none.
   */
  public static Method implementation(Class<?> bean, Method declared) {
    return supertypes(bean).stream()
        .filter(type -> !type.isInterface())
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.equals(declared) || isAlike(bean, method, declared))
        .findFirst()
        .orElse(declared);
  }

  /**
   * Whether {@code method} has the parameters of {@code other}, or those that {@code bean} puts in
   * place of its type variables: the compiler then adds a bridge with the parameters of {@code
   * other}.
   */
  private static boolean isAlike(Class<?> bean, Method method, Method other) {
    if (!other.getName().equals(method.getName())
        || other.getParameterCount() != method.getParameterCount()) {
      return false;
    }
    Class<?>[] parameters = other.getParameterTypes();
    if (Arrays.equals(parameters, method.getParameterTypes())) {
      return true;
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].isAssignableFrom(method.getParameterTypes()[i])) {
        return false;
      }
    }
    return supertypes(bean).stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .anyMatch(
            bridge ->
                bridge.isBridge()
                    && bridge.getName().equals(other.getName())
                    && Arrays.equals(bridge.getParameterTypes(), parameters));
  }

  /** Whether the method, or a method that it overrides, handles requests of some HTTP method. */
  public static boolean isResourceMethod(Method method) {
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && verb(annotated(method.getDeclaringClass(), method)).isPresent();
  }

  /** The public methods of a type that handle requests, inherited ones included. */
  public static Stream<Method> of(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !method.isBridge() && isResourceMethod(method));
  }

  /** Whether the method returns a sub-resource: it has a path and handles no request itself. */
  public static boolean isLocator(Method method) {
    return !isResourceMethod(method)
        && Stream.concat(Stream.of(method), overridden(method.getDeclaringClass(), method))
            .anyMatch(one -> one.isAnnotationPresent(Path.class));
  }

  /** The type, its superclasses but for {@code Object}, and all their interfaces. */
  public static List<Class<?>> supertypes(Class<?> type) {
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

  /** The media types of the nearest {@code @Produces}; empty where there is none. */
  public static List<String> produces(Class<?> bean, Method annotated) {
    Produces produces =
        find(Produces.class, Stream.concat(Stream.of(annotated), supertypes(bean).stream()));
    return produces == null
        ? List.of()
        : Arrays.stream(produces.value())
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(String::strip)
            .toList();
  }

  /**
   * Returns the path of a resource method as its annotations state it, such as {@code
   * /products/{id}}: below the application's path, and for a sub-resource below its locator's.
   */
  public static String pathTemplate(Class<?> bean, Method method) {
    Path below = annotated(bean, method).getAnnotation(Path.class);
    return Stream.of(find(Path.class, supertypes(bean).stream()), below)
        .filter(path -> path != null)
        .flatMap(path -> Arrays.stream(path.value().split("/")))
        .filter(segment -> !segment.isEmpty())
        .collect(Collectors.joining("/", "/", ""));
  }

  /** Whether the class, or a supertype, has a {@code @Path}. */
  public static boolean isRootResource(Class<?> bean) {
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
