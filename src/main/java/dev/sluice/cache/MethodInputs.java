package dev.sluice.cache;

import dev.sluice.http.TypeVariables;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inventory of everything that a method gets of a request, as {@link InputScanner} finds it.
 * What is neither in the key nor left out by {@link CacheKey} is a {@linkplain #requestObjects
 * request object}, which stops the deployment.
 */
final class MethodInputs {

  /**
   * An object from which any part of the request can be read.
   *
   * @param place as messages name it
   */
  record RequestObject(Type type, String place) {
    @Override
    public String toString() {
      return TypeVariables.erased(type).getSimpleName() + " in " + place;
    }
  }

  private final List<MethodInput> all;
  private final List<MethodInput> marked;
  private final List<RequestObject> requestObjects;
  private final List<String> problems;
  private final boolean complete;

  MethodInputs(Class<?> bean, Method method) {
    this(bean, method, new Locators());
  }

  /**
   * @param locators where the sub-resources of the application come from: what a locator gets is an
   *     input of the sub-resource's methods
   */
  MethodInputs(Class<?> bean, Method method, Locators locators) {
    InputScanner found = new InputScanner(bean, method, locators);
    this.all = List.copyOf(found.all);
    this.marked = List.copyOf(found.marked);
    this.requestObjects = List.copyOf(found.requestObjects);
    this.problems = List.copyOf(found.problems);
    this.complete = found.complete;
  }

  /** Whether {@link CacheKey} says what makes the key. */
  boolean isExplicit() {
    return complete || !marked.isEmpty();
  }

  /**
   * Whether every input is an argument and in the key, and nothing else of the request is there.
   */
  boolean areArgumentsInKey() {
    return marked.isEmpty()
        && requestObjects.isEmpty()
        && problems.isEmpty()
        && all.stream().allMatch(MethodInput::isOfArguments);
  }

  /** The inputs that make the key. */
  List<MethodInput> key() {
    return marked.isEmpty() ? all : marked;
  }

  /** The objects that may bring in what is not in the key. */
  List<RequestObject> requestObjects() {
    return requestObjects;
  }

  /** What cannot be part of any key. */
  List<String> problems() {
    return problems;
  }

  List<Type> keyTypes() {
    return key().stream().map(MethodInput::type).toList();
  }

  /** The path's variables that are in the key. */
  List<String> pathVariables() {
    return key().stream()
        .flatMap(input -> input.binding().stream())
        .filter(binding -> binding.kind() == RequestBinding.Kind.PATH)
        .map(RequestBinding::name)
        .toList();
  }

  /** The request header fields that the key depends on. */
  List<String> headerFields() {
    return key().stream()
        .flatMap(input -> input.binding().stream())
        .flatMap(binding -> binding.headerField().stream())
        .toList();
  }

  /**
   * The parts of a request from which the key and these tags follow; empty where they do not follow
   * from the request alone.
   */
  Optional<List<RequestBinding>> bindings(List<TagTemplate> tags) {
    List<MethodInput> needed =
        all.stream()
            .filter(
                input ->
                    key().contains(input) || tags.stream().anyMatch(tag -> tag.names(input.name())))
            .toList();
    return needed.stream().allMatch(MethodInput::followsFromRequest)
        ? Optional.of(needed.stream().map(input -> input.binding().orElseThrow()).toList())
        : Optional.empty();
  }

  /** The values that make the key of this call. */
  List<@Nullable Object> key(MethodCall call) {
    List<@Nullable Object> values = new ArrayList<>();
    key().forEach(input -> values.add(input.read(call)));
    return values;
  }

  /**
   * The arguments of a call with this key; null for parameters that are not in it.
   *
   * @throws IllegalArgumentException if the key has another number of values
   */
  List<@Nullable Object> arguments(List<?> key) {
    if (key.size() != key().size()) {
      throw new IllegalArgumentException(
          "a key of " + key.size() + " values (expected those of " + key() + ")");
    }
    List<@Nullable Object> arguments = new ArrayList<>();
    for (MethodInput input : all) {
      int index = key().indexOf(input);
      arguments.add(index < 0 ? null : key.get(index));
    }
    return arguments;
  }

  /** Whether there is a value with this name that can be read as text. */
  boolean has(String name) {
    return all.stream().anyMatch(input -> input.name().equals(name) && !input.isOfRequest());
  }

  /** The value with this name as text. */
  String text(String name, MethodCall call) {
    return all.stream()
        .filter(input -> input.name().equals(name) && !input.isOfRequest())
        .map(input -> String.valueOf(input.read(call)))
        .findFirst()
        .orElseThrow();
  }
}
