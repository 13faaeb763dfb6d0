package dev.sluice.cache;

import dev.sluice.http.TypeVariables;
import dev.sluice.json.CopyComparison;
import jakarta.json.bind.annotation.JsonbCreator;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTransient;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what declared types show to be lost between a value and its copy from JSON. What they do
 * not show, {@link CopyComparison} finds in each value.
 */
final class ValueShape {

  private final Set<Class<?>> seen = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private ValueShape() {}

  /** The parts of the type's values that JSON loses. */
  static List<String> problems(Type type) {
    ValueShape shape = new ValueShape();
    shape.add(type);
    return shape.problems;
  }

  private void add(Type type) {
    if (type instanceof ParameterizedType generic) {
      Arrays.stream(generic.getActualTypeArguments()).forEach(this::add);
      add(generic.getRawType());
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType());
    } else if (type instanceof Class<?> plain && plain.isArray()) {
      add(plain.getComponentType());
    } else if (type instanceof Class<?> plain && isChecked(plain) && seen.add(plain)) {
      addClass(plain);
    }
  }

  /** Whether the application's class has the standard mapping. */
  private static boolean isChecked(Class<?> type) {
    return !type.isPrimitive()
        && !type.isEnum()
        && !type.isInterface()
        && !Modifier.isAbstract(type.getModifiers())
        && !type.getName().startsWith("java.")
        && !hasOwnMapping(type);
  }

  private static boolean hasOwnMapping(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(annotation -> annotation.annotationType().getSimpleName())
        .anyMatch(name -> name.startsWith("JsonbType") || name.equals("JsonbVisibility"));
  }

  private void addClass(Class<?> type) {
    List<Executable> creators = creators(type);
    boolean isCreated =
        type.isRecord()
            || !creators.isEmpty()
            || Stream.of(type.getDeclaredConstructors())
                .anyMatch(each -> each.getParameterCount() == 0 && isVisible(each.getModifiers()));
    if (!isCreated) {
      problems.add(
          type.getSimpleName()
              + " has neither a public or protected constructor without parameters nor a"
              + " @JsonbCreator");
    }
    List<String> hidden = new ArrayList<>();
    for (Class<?> at = type;
        at != null && !at.getName().startsWith("java.");
        at = at.getSuperclass()) {
      Stream.concat(Stream.of(at.getDeclaredFields()), Stream.of(at.getDeclaredMethods()))
          .filter(each -> each.isAnnotationPresent(JsonbTransient.class))
          .forEach(each -> problems.add(place(type, name(each)) + " is @JsonbTransient"));
      for (Field field : at.getDeclaredFields()) {
        if (isState(field)) {
          addField(type, field, creators, hidden);
        }
      }
    }
    if (!hasOtherProperties(type)) {
      hidden.forEach(name -> problems.add(place(type, name) + " has neither getter nor setter"));
    }
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static List<Executable> creators(Class<?> type) {
    return Stream.<Executable>concat(
            Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
        .filter(each -> each.isAnnotationPresent(JsonbCreator.class))
        .toList();
  }

  private static boolean isState(Field field) {
    return !field.isSynthetic()
        && !field.isAnnotationPresent(JsonbTransient.class)
        && (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
  }

  private void addField(
      Class<?> type, Field field, List<Executable> creators, List<String> hidden) {
    add(TypeVariables.of(type).resolve(field.getGenericType()));
    if (type.isRecord() || hasOwnMapping(field)) {
      return;
    }
    boolean isRead = isPublic(field) || getter(type, field.getName()).isPresent();
    boolean isWritten =
        (isPublic(field) && !Modifier.isFinal(field.getModifiers()))
            || setter(type, field.getName())
            || creators.stream().anyMatch(creator -> takes(creator, field));
    if (isRead && !isWritten) {
      problems.add(place(type, field.getName()) + " has no setter and no parameter of a creator");
    } else if (isWritten && !isRead) {
      problems.add(place(type, field.getName()) + " has no getter");
    } else if (!isRead) {
      hidden.add(field.getName());
    }
  }

  private static boolean isPublic(Field field) {
    return Modifier.isPublic(field.getModifiers());
  }

  private static Optional<Method> getter(Class<?> type, String property) {
    return methods(type)
        .filter(method -> method.getParameterCount() == 0)
        .filter(
            method ->
                method.getName().equals("get" + capitalised(property))
                    || method.getName().equals("is" + capitalised(property))
                    || (method.getName().equals(property) && property.startsWith("is")))
        .findFirst();
  }

  private static boolean setter(Class<?> type, String property) {
    return methods(type)
        .anyMatch(
            method ->
                method.getParameterCount() == 1
                    && method.getName().equals("set" + capitalised(property)));
  }

  private static Stream<Method> methods(Class<?> type) {
    return Stream.of(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge());
  }

  /** Whether there are setters without a field of their name, which may set another field. */
  private static boolean hasOtherProperties(Class<?> type) {
    Set<String> fields = new HashSet<>();
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      Arrays.stream(at.getDeclaredFields())
          .map(field -> capitalised(field.getName()))
          .forEach(fields::add);
    }
    return methods(type)
        .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
        .anyMatch(method -> !fields.contains(method.getName().substring(3)));
  }

  /** Whether a creator has a parameter for the field; one that cannot be told apart may be it. */
  private static boolean takes(Executable creator, Field field) {
    String renamed = propertyName(field).orElse(field.getName());
    return Arrays.stream(creator.getParameters())
        .map(parameter -> propertyName(parameter).orElse(parameterName(parameter)))
        .anyMatch(name -> name.isEmpty() || name.equals(renamed) || name.equals(field.getName()));
  }

  private static String parameterName(Parameter parameter) {
    return parameter.isNamePresent() ? parameter.getName() : "";
  }

  private static Optional<String> propertyName(AnnotatedElement element) {
    return Optional.ofNullable(element.getAnnotation(JsonbProperty.class))
        .map(JsonbProperty::value)
        .filter(name -> !name.isEmpty());
  }

  private static String capitalised(String name) {
    return name.isEmpty()
        ? name
        : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static String name(AccessibleObject member) {
    return ((java.lang.reflect.Member) member).getName();
  }

  private static String place(Class<?> type, String member) {
    return type.getSimpleName() + "." + member;
  }
}
