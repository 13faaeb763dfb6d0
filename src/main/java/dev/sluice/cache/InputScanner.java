package dev.sluice.cache;

import dev.sluice.cache.MethodInputs.RequestObject;
import dev.sluice.http.ResourceMethods;
import dev.sluice.http.TypeVariables;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects what a method gets of a request: its parameters, and what Jakarta REST and CDI put into
 * the fields, setters and constructors of its bean and of beans of parameters, superclasses
 * included.
 */
final class InputScanner {

  private final TypeVariables variables;
  private final Deque<Class<?>> path = new ArrayDeque<>();
  final List<MethodInput> all = new ArrayList<>();
  final List<MethodInput> marked = new ArrayList<>();
  final List<RequestObject> requestObjects = new ArrayList<>();
  final List<String> problems = new ArrayList<>();

  /** Whether the method itself has {@link CacheKey}. */
  final boolean complete;

  /**
   * @param locators where the sub-resources of the application come from: what a locator gets is an
   *     input of the sub-resource's methods
   */
  InputScanner(Class<?> bean, Method method, Locators locators) {
    variables = TypeVariables.of(bean);
    Method annotated = ResourceMethods.annotated(bean, method);
    complete = isPresent(CacheKey.class, method, annotated);
    addParameters(method, annotated);
    scan(bean, Optional.of(new MethodInput.OfBean()));
    if (ResourceMethods.verb(annotated).isPresent()) {
      addLocators(bean, locators, new HashSet<>(Set.of(bean)));
    }
  }

  /** Adds what the locators get that lead to a class without a path. */
  private void addLocators(Class<?> type, Locators locators, Set<Class<?>> seen) {
    if (ResourceMethods.isRootResource(type)) {
      return;
    }
    for (Locators.Locator locator : locators.of(type)) {
      addUnreadableParameters(locator.method(), locator.toString());
      if (seen.add(locator.resource())) {
        scan(locator.resource(), Optional.empty());
        addLocators(locator.resource(), locators, seen);
      }
    }
  }

  private static boolean isPresent(
      Class<? extends java.lang.annotation.Annotation> annotation, AnnotatedElement... elements) {
    for (AnnotatedElement element : elements) {
      if (element.isAnnotationPresent(annotation)) {
        return true;
      }
    }
    return false;
  }

  private void addParameters(Method method, Method annotated) {
    for (int i = 0; i < method.getParameterCount(); i++) {
      Parameter parameter = annotated.getParameters()[i];
      Parameter own = method.getParameters()[i];
      Type type = variables.resolve(own.getParameterizedType());
      if (isPresent(Context.class, parameter)) {
        addContext(own.getType(), "parameter " + own.getName());
      } else if (!isPresent(Suspended.class, parameter)) {
        int before = all.size();
        add(parameter, own.getName(), type, new MethodInput.OfParameter(i));
        if (isPresent(CacheKey.class, own, parameter)) {
          marked.addAll(all.subList(before, all.size()));
        }
      }
    }
  }

  /** Adds a value that can be read; of a bean of parameters, what it consists of. */
  private void add(AnnotatedElement element, String name, Type type, MethodInput.Source source) {
    if (isPresent(BeanParam.class, element)) {
      scan(TypeVariables.erased(type), Optional.of(source));
      return;
    }
    Optional<RequestBinding> binding = RequestBinding.of(element, type);
    MethodInput input =
        new MethodInput(binding.map(RequestBinding::name).orElse(name), type, binding, source);
    if (!input.isHoldable() && binding.filter(RequestBinding::isReadable).isPresent()) {
      addOfRequest(binding.get());
    } else {
      all.add(input);
    }
  }

  /** Adds a part of the request whose value cannot be read, or not be held by a key. */
  private void addOfRequest(RequestBinding binding) {
    if (binding.isReadable()) {
      all.add(MethodInput.ofRequest(binding));
    } else {
      problems.add("@FormParam \"" + binding.name() + "\" cannot be part of a key");
    }
  }

  /**
   * Adds what a resource or a bean of parameters gets.
   *
   * @param bean how its fields are read; empty where the method's call does not lead to it
   */
  private void scan(Class<?> type, Optional<MethodInput.Source> bean) {
    if (path.contains(type)) {
      problems.add("@BeanParam " + type.getSimpleName() + " contains itself");
      return;
    }
    path.push(type);
    for (Class<?> at : ResourceMethods.supertypes(type)) {
      for (Field field : at.getDeclaredFields()) {
        addField(field, bean);
      }
      for (Method method : at.getDeclaredMethods()) {
        addSetter(method);
      }
      if (!at.isRecord()) { // a record's fields are all that its constructor gets
        for (Constructor<?> constructor : at.getDeclaredConstructors()) {
          addConstructor(constructor);
        }
      }
    }
    path.pop();
  }

  private void addField(Field field, Optional<MethodInput.Source> bean) {
    if (Modifier.isStatic(field.getModifiers())) {
      return;
    }
    String place = "field " + field.getDeclaringClass().getSimpleName() + "." + field.getName();
    if (isPresent(Context.class, field) || isVendorBinding(field)) {
      addContext(field.getType(), place);
    } else if (isPresent(Inject.class, field) || isPresent(Resource.class, field)) {
      addInjected(field.getGenericType(), place);
    } else if (RequestBinding.of(field, field.getGenericType()).isPresent()
        || isPresent(BeanParam.class, field)) {
      if (bean.isEmpty()) {
        addUnreadable(field, field.getGenericType());
        return;
      }
      field.setAccessible(true);
      int before = all.size();
      Type type = variables.resolve(field.getGenericType());
      add(field, field.getName(), type, new MethodInput.OfField(bean.get(), field));
      if (isPresent(CacheKey.class, field)) {
        marked.addAll(all.subList(before, all.size()));
      }
    }
  }

  /** Adds what a method gets that is called with parts of the request before this one is. */
  private void addSetter(Method method) {
    if (method.isBridge() || ResourceMethods.verb(method).isPresent()) {
      return;
    }
    String place = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    if (isPresent(Inject.class, method) || isPresent(Resource.class, method)) {
      for (Type type : method.getGenericParameterTypes()) {
        addInjected(type, place);
      }
    } else if (method.getParameterCount() == 1) {
      if (isPresent(Context.class, method) || isVendorBinding(method)) {
        addContext(method.getParameterTypes()[0], place);
      } else {
        addUnreadable(method, method.getGenericParameterTypes()[0]);
      }
    }
  }

  private void addConstructor(Constructor<?> constructor) {
    String place = "constructor of " + constructor.getDeclaringClass().getSimpleName();
    addUnreadableParameters(constructor, place);
  }

  private void addUnreadableParameters(Executable executable, String place) {
    for (Parameter parameter : executable.getParameters()) {
      if (isPresent(Context.class, parameter) || isVendorBinding(parameter)) {
        addContext(parameter.getType(), place);
      } else if (isPresent(Inject.class, executable)) {
        addInjected(parameter.getParameterizedType(), place);
      }
      addUnreadable(parameter, parameter.getParameterizedType());
    }
  }

  private void addUnreadable(AnnotatedElement element, Type type) {
    if (isPresent(BeanParam.class, element)) {
      scan(TypeVariables.erased(variables.resolve(type)), Optional.empty());
    } else {
      RequestBinding.of(element, type).ifPresent(this::addOfRequest);
    }
  }

  /** Whether an annotation of a REST implementation may bind a part of the request. */
  private static boolean isVendorBinding(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(annotation -> annotation.annotationType().getName())
        .anyMatch(
            name -> name.startsWith("org.jboss.resteasy.") || name.startsWith("org.glassfish."));
  }

  private void addContext(Class<?> type, String place) {
    if (RequestObjects.isInContext(type)) {
      requestObjects.add(new RequestObject(type, place));
    }
  }

  private void addInjected(Type type, String place) {
    if (RequestObjects.isInjected(type)) {
      requestObjects.add(new RequestObject(type, place));
    }
  }
}
