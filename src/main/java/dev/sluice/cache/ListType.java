package dev.sluice.cache;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The type {@code List<T>}. A value is written as a list of one, which may also be null or a
 * scalar.
 */
record ListType(Type element) implements ParameterizedType {

  @Override
  public Type[] getActualTypeArguments() {
    return new Type[] {
      element instanceof Class<?> plain ? MethodType.methodType(plain).wrap().returnType() : element
    };
  }

  @Override
  public Type getRawType() {
    return List.class;
  }

  @Override
  public @Nullable Type getOwnerType() {
    return null;
  }
}
