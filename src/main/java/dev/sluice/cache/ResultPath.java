package dev.sluice.cache;

import dev.sluice.http.TypeVariables;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path of properties, such as {@code owner.id}, by which values are read from the result of a
 * method: components of records, getters and public fields. Of a collection, an array or an
 * optional it is the path of each element.
 */
record ResultPath(List<Member> properties) {

  /**
   * Finds the properties in the declared types.
   *
   * @throws IllegalArgumentException if a type has no such property, or the last one is no text
   */
  static ResultPath of(Type result, String path) {
    List<Member> properties = new ArrayList<>();
    Type at = element(result);
    for (String name : path.split("\\.", -1)) {
      Member property = property(at, name);
      properties.add(property);
      at = element(type(at, property));
    }
    if (!(at instanceof Class<?> plain) || !CacheKeys.isScalar(plain)) {
      throw new IllegalArgumentException(at.getTypeName() + " has no text of its own");
    }
    return new ResultPath(List.copyOf(properties));
  }

  private static Member property(Type type, String name) {
    Class<?> plain = TypeVariables.erased(type);
    String suffix =
        name.isEmpty() ? "" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return Stream.of(plain.getMethods())
        .filter(method -> method.getParameterCount() == 0 && !method.isBridge())
        .filter(method -> method.getReturnType() != void.class)
        .filter(method -> method.getDeclaringClass() != Object.class)
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(
            method ->
                method.getName().equals("get" + suffix)
                    || (method.getName().equals("is" + suffix)
                        && method.getReturnType() == boolean.class)
                    || (method.getName().equals(name) && plain.isRecord()))
        .map(Member.class::cast)
        .findFirst()
        .or(() -> field(plain, name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    type.getTypeName() + " has no property \"" + name + "\""));
  }

  private static Optional<Member> field(Class<?> type, String name) {
    return Stream.of(type.getFields())
        .filter(field -> field.getName().equals(name) && !Modifier.isStatic(field.getModifiers()))
        .map(Member.class::cast)
        .findFirst();
  }

  private static Type type(Type owner, Member property) {
    Type declared =
        property instanceof Method method
            ? method.getGenericReturnType()
            : ((Field) property).getGenericType();
    return variables(owner).resolve(declared);
  }

  private static TypeVariables variables(Type type) {
    return type instanceof ParameterizedType generic
        ? TypeVariables.of(generic)
        : TypeVariables.of(TypeVariables.erased(type));
  }

  /** The type of the values that {@link #elements} finds in one of this type. */
  private static Type element(Type type) {
    Class<?> plain = TypeVariables.erased(type);
    if (type instanceof WildcardType || type instanceof java.lang.reflect.TypeVariable) {
      return element(plain);
    } else if (type instanceof GenericArrayType array) {
      return element(array.getGenericComponentType());
    } else if (plain.isArray()) {
      return element(plain.getComponentType());
    } else if (plain == Optional.class || Collection.class.isAssignableFrom(plain)) {
      Class<?> container = plain == Optional.class ? Optional.class : Collection.class;
      Type element = variables(type).resolve(container.getTypeParameters()[0]);
      return element(element);
    }
    return type;
  }

  /** The texts in a result: none of what is null, one for each other element. */
  Stream<String> texts(@Nullable Object result) {
    Stream<Object> values = elements(result);
    for (Member property : properties) {
      values = values.flatMap(value -> elements(read(property, value)));
    }
    return values.map(String::valueOf).distinct();
  }

  private static Stream<Object> elements(@Nullable Object value) {
    if (value == null) {
      return Stream.empty();
    } else if (value instanceof Optional<?> optional) {
      return optional.stream().flatMap(ResultPath::elements);
    } else if (value instanceof Collection<?> all) {
      return all.stream().flatMap(ResultPath::elements);
    } else if (value.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(value))
          .mapToObj(i -> Array.get(value, i))
          .flatMap(ResultPath::elements);
    }
    return Stream.of(value);
  }

  private static @Nullable Object read(Member property, Object owner) {
    try {
      if (property instanceof Method method) {
        method.setAccessible(true); // of a class that is not public
        return method.invoke(owner);
      }
      return ((Field) property).get(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("a tag cannot read " + property, e);
    }
  }
}
