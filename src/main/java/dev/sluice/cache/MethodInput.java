package dev.sluice.cache;

import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One value that a method's result may depend on: a parameter, or a part of the request that
 * Jakarta REST binds to a field, a setter or a constructor.
 *
 * @param name as tags and messages name it
 * @param type of what {@code source} reads
 * @param binding the part of the request; empty for other parameters
 */
record MethodInput(String name, Type type, Optional<RequestBinding> binding, Source source) {

  /** Reads a value of a call. */
  sealed interface Source {
    @Nullable Object read(MethodCall call);
  }

  /** A parameter of the method. */
  record OfParameter(int index) implements Source {
    @Override
    public @Nullable Object read(MethodCall call) {
      return call.arguments().get(index);
    }
  }

  /** The bean itself, whose fields are inputs. */
  record OfBean() implements Source {
    @Override
    public Object read(MethodCall call) {
      return call.target();
    }
  }

  /** A field of the bean or of a bean of parameters. */
  record OfField(Source owner, Field field) implements Source {
    @Override
    public @Nullable Object read(MethodCall call) {
      Object object = owner.read(call);
      try {
        return object == null ? null : field.get(object);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The request itself, where a value cannot be read from the bean or be part of a key. */
  record OfRequest(RequestBinding binding) implements Source {
    @Override
    public List<@Nullable String> read(MethodCall call) {
      if (call.request() == null) {
        throw new IllegalArgumentException("a call outside of a request has no " + binding);
      }
      return binding.read(call.request());
    }
  }

  /** The type of what is read from the request. */
  private static final Type STRINGS = new ListType(String.class);

  static MethodInput ofRequest(RequestBinding binding) {
    return new MethodInput(binding.name(), STRINGS, Optional.of(binding), new OfRequest(binding));
  }

  @Nullable Object read(MethodCall call) {
    return source.read(call);
  }

  /** Whether it is read from the request and not from the call. */
  boolean isOfRequest() {
    return source instanceof OfRequest;
  }

  /** Whether an argument of the method holds it. */
  boolean isOfArguments() {
    Source at = source;
    while (at instanceof OfField field) {
      at = field.owner();
    }
    return at instanceof OfParameter;
  }

  /** Whether the value follows from its part of the request alone, whatever converts it. */
  boolean followsFromRequest() {
    return isOfRequest()
        || (binding.filter(RequestBinding::isReadable).isPresent()
            && Conversions.dependOnTextAlone(type));
  }

  boolean isHoldable() {
    return CacheKeys.canHold(type);
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return type.getTypeName() + " " + name;
  }
}
