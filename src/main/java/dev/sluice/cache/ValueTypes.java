package dev.sluice.cache;

import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.BaseStream;

/** Decides by declared types which values can be stored, and which keys can be equal. */
final class ValueTypes {

  private static final Set<Class<?>> WHOLE_NUMBERS =
      Set.of(Byte.class, Short.class, Integer.class, Long.class, java.math.BigInteger.class);

  private ValueTypes() {}

  /** Whether a value of this type can be written as JSON and read back. */
  static boolean canHold(Type type) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      return !raw.isRecord()
          && canHold(raw)
          && Arrays.stream(generic.getActualTypeArguments()).allMatch(ValueTypes::canHold);
    }
    if (type instanceof GenericArrayType array) {
      return canHold(array.getGenericComponentType());
    }
    return type instanceof Class<?> plain
        && plain != Object.class
        && !isAbstract(plain)
        && !BaseStream.class.isAssignableFrom(plain)
        && !InputStream.class.isAssignableFrom(plain)
        && !Reader.class.isAssignableFrom(plain)
        && !Iterator.class.isAssignableFrom(plain);
  }

  /** Whether JSON-B cannot tell which class of the application to make. */
  private static boolean isAbstract(Class<?> type) {
    return Modifier.isAbstract(type.getModifiers())
        && !type.isPrimitive()
        && !type.isArray()
        && !type.isEnum()
        && !type.getName().startsWith("java.")
        && Arrays.stream(type.getAnnotations())
            .noneMatch(it -> it.annotationType().getName().startsWith("jakarta.json.bind."));
  }

  /** Whether keys of these types can be equal: all whole numbers are alike. */
  static boolean areAlike(List<Type> some, List<Type> others) {
    return some.stream()
        .map(ValueTypes::kind)
        .toList()
        .equals(others.stream().map(ValueTypes::kind).toList());
  }

  private static Type kind(Type type) {
    if (!(type instanceof Class<?> plain)) {
      return type;
    }
    Class<?> boxed = MethodType.methodType(plain).wrap().returnType();
    return WHOLE_NUMBERS.contains(boxed) ? Long.class : boxed;
  }

  static String shown(List<Type> types) {
    return types.stream()
        .map(type -> type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName())
        .toList()
        .toString();
  }
}
