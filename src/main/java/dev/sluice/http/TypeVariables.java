package dev.sluice.http;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that a class gives to the type variables of its generic supertypes. */
public final class TypeVariables {

  private final Map<TypeVariable<?>, Type> bound = new HashMap<>();

  private TypeVariables() {}

  public static TypeVariables of(Class<?> type) {
    TypeVariables variables = new TypeVariables();
    variables.addSupertypes(type);
    return variables;
  }

  /** The variables of a generic type and of its supertypes. */
  public static TypeVariables of(ParameterizedType type) {
    TypeVariables variables = new TypeVariables();
    variables.add(type);
    return variables;
  }

  private void addSupertypes(Class<?> type) {
    if (type.getGenericSuperclass() != null) {
      add(type.getGenericSuperclass());
    }
    Arrays.stream(type.getGenericInterfaces()).forEach(this::add);
  }

  private void add(Type supertype) {
    Class<?> raw = erased(supertype);
    if (supertype instanceof ParameterizedType generic) {
      for (int i = 0; i < raw.getTypeParameters().length; i++) {
        bound.put(raw.getTypeParameters()[i], resolve(generic.getActualTypeArguments()[i]));
      }
    }
    addSupertypes(raw);
  }

  /** The type with the class's own types in place of type variables. */
  public Type resolve(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return bound.getOrDefault(variable, variable);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType());
      return component instanceof Class<?> plain ? plain.arrayType() : new ArrayOf(component);
    }
    if (type instanceof ParameterizedType generic) {
      return new Parameterized(
          (Class<?>) generic.getRawType(),
          Arrays.stream(generic.getActualTypeArguments()).map(this::resolve).toArray(Type[]::new),
          generic.getOwnerType());
    }
    return type;
  }

  /** The class of a type at run time. */
  public static Class<?> erased(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    } else if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    } else if (type instanceof GenericArrayType array) {
      return Array.newInstance(erased(array.getGenericComponentType()), 0).getClass();
    } else if (type instanceof TypeVariable<?> variable) {
      return erased(variable.getBounds()[0]);
    }
    return erased(((WildcardType) type).getUpperBounds()[0]);
  }

  private record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }

  private static final class Parameterized implements ParameterizedType {
    private final Class<?> raw;
    private final Type[] arguments;
    private final @Nullable Type owner;

    Parameterized(Class<?> raw, Type[] arguments, @Nullable Type owner) {
      this.raw = raw;
      this.arguments = arguments;
      this.owner = owner;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Arrays.equals(arguments, that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(arguments) ^ raw.hashCode();
    }

    @Override
    public String toString() {
      return raw.getName()
          + Arrays.stream(arguments)
              .map(Type::getTypeName)
              .collect(java.util.stream.Collectors.joining(", ", "<", ">"));
    }
  }
}
