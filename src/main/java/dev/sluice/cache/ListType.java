package dev.sluice.cache;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type of a list of values: JSON has a place in it for scalars and for null too. */
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
