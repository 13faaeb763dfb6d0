package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.MatrixParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a method is called with: its parameters, and the bound fields of its resource. */
final class Arguments {

  /** Where a value of a call comes from. */
  private interface Source {
    @Nullable Object read(Object target, @Nullable Object[] arguments);
  }

  /** One value of a call, by the name that tags and people know it by. */
  private record Part(String name, Type type, AnnotatedElement element, Source source) {}

  private final List<Part> all = new ArrayList<>();
  private final List<Part> key;
  private final boolean explicit;
  private final boolean requestBound;

  Arguments(Class<?> bean, Method method) {
    Method annotated = ResourceMethods.annotated(bean, method);
    List<Part> marked = new ArrayList<>();
    boolean bound = false;
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = annotated.getParameters()[i];
      int index = i;
      if (isPresent(parameter, Context.class)) {
        bound = true;
      } else if (!isPresent(parameter, Suspended.class)) {
        Part part =
            new Part(
                name(parameter, parameter.getName()),
                method.getGenericParameterTypes()[i],
                parameter,
                (target, arguments) -> arguments[index]);
        add(part, parameter.getType(), all);
        if (isPresent(method.getParameters()[i], CacheKey.class)
            || isPresent(parameter, CacheKey.class)) {
          add(part, parameter.getType(), marked);
        }
      }
    }
    addFields(bean, all, (target, arguments) -> target);
    explicit = !marked.isEmpty();
    key = explicit ? marked : List.copyOf(all);
    requestBound = bound;
  }

  /** A bean of parameters counts as its bound fields. */
  private static void add(Part part, Class<?> type, List<Part> parts) {
    if (part.element().isAnnotationPresent(BeanParam.class)) {
      addFields(type, parts, part.source());
    } else {
      parts.add(part);
    }
  }

  private static void addFields(Class<?> type, List<Part> parts, Source owner) {
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (isBound(field)) {
          field.setAccessible(true);
          Source source = (target, arguments) -> read(field, owner.read(target, arguments));
          add(
              new Part(name(field, field.getName()), field.getGenericType(), field, source),
              field.getType(),
              parts);
        }
      }
    }
  }

  private static @Nullable Object read(Field field, @Nullable Object owner) {
    try {
      return owner == null ? null : field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isPresent(
      AnnotatedElement element, Class<? extends Annotation> annotation) {
    return element.isAnnotationPresent(annotation);
  }

  private static boolean isBound(AnnotatedElement element) {
    return boundName(element).isPresent() || isPresent(element, BeanParam.class);
  }

  private static String name(AnnotatedElement element, String otherwise) {
    return boundName(element).orElse(otherwise);
  }

  private static Optional<String> boundName(AnnotatedElement element) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation instanceof PathParam param) {
        return Optional.of(param.value());
      } else if (annotation instanceof QueryParam param) {
        return Optional.of(param.value());
      } else if (annotation instanceof MatrixParam param) {
        return Optional.of(param.value());
      } else if (annotation instanceof HeaderParam param) {
        return Optional.of(param.value());
      } else if (annotation instanceof CookieParam param) {
        return Optional.of(param.value());
      } else if (annotation instanceof FormParam param) {
        return Optional.of(param.value());
      }
    }
    return Optional.empty();
  }

  /** Whether {@link CacheKey} says what makes the key. */
  boolean isExplicit() {
    return explicit;
  }

  /** Whether a {@code @Context} parameter may bring in anything of the request. */
  boolean isRequestBound() {
    return requestBound;
  }

  /** The types of what makes the key, by name. */
  List<String> unholdable() {
    return key.stream()
        .filter(part -> !CacheKeys.canHold(part.type()))
        .map(part -> part.type().getTypeName() + " " + part.name())
        .toList();
  }

  List<Type> keyTypes() {
    return key.stream().map(Part::type).toList();
  }

  /** The path's variables that are in the key. */
  List<String> pathVariables() {
    return key.stream()
        .filter(part -> isPresent(part.element(), PathParam.class))
        .map(Part::name)
        .toList();
  }

  /** Request fields that the key depends on. */
  List<String> requestFields() {
    return key.stream()
        .filter(
            part ->
                isPresent(part.element(), HeaderParam.class)
                    || isPresent(part.element(), CookieParam.class))
        .map(part -> isPresent(part.element(), CookieParam.class) ? "Cookie" : part.name())
        .toList();
  }

  /** What makes the key of this call. */
  List<@Nullable Object> key(Object target, @Nullable Object[] arguments) {
    List<@Nullable Object> values = new ArrayList<>();
    key.forEach(part -> values.add(part.source().read(target, arguments)));
    return values;
  }

  boolean has(String name) {
    return all.stream().anyMatch(part -> part.name().equals(name));
  }

  /** The value of that name as text. */
  String text(String name, Object target, @Nullable Object[] arguments) {
    return all.stream()
        .filter(part -> part.name().equals(name))
        .map(part -> String.valueOf(part.source().read(target, arguments)))
        .findFirst()
        .orElseThrow();
  }
}
