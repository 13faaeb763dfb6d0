package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import dev.sluice.http.TypeVariables;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** The sub-resource locators of an application: methods with a path but no HTTP method. */
final class Locators {

  /** A method of a resource that returns a sub-resource. */
  record Locator(Class<?> resource, Method method) {

    @Override
    public String toString() {
      return resource.getSimpleName() + "." + method.getName();
    }

    /** The declared class of the sub-resource; {@code Class<T>} stands for T. */
    Class<?> subResource() {
      Type type = TypeVariables.of(resource).resolve(method.getGenericReturnType());
      boolean isOfClass =
          type instanceof ParameterizedType && TypeVariables.erased(type) == Class.class;
      return TypeVariables.erased(
          isOfClass ? ((ParameterizedType) type).getActualTypeArguments()[0] : type);
    }
  }

  private final List<Locator> all = new ArrayList<>();

  /** Adds the locators of a class. */
  void add(Class<?> resource) {
    CacheValidator.methods(resource)
        .filter(ResourceMethods::isLocator)
        .forEach(method -> all.add(new Locator(resource, method)));
  }

  List<Locator> all() {
    return all;
  }

  /** The locators that may return an instance of this class. */
  List<Locator> of(Class<?> subResource) {
    return all.stream()
        .filter(
            locator ->
                locator.subResource().isAssignableFrom(subResource)
                    || subResource.isAssignableFrom(locator.subResource()))
        .toList();
  }
}
