package dev.sluice.cache;

import dev.sluice.config.SettingsExtension;
import dev.sluice.http.ResourceMethods;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds every cached method, and reports all mistakes in their declarations at deployment. */
public class CacheExtension implements Extension {

  /** A method as a container calls it, on a bean or on a proxy for it. */
  private record Called(Class<?> type, Method method) {}

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Map<Class<?>, Map<String, CacheDeclaration>> byBean = new ConcurrentHashMap<>();
  private final Map<Called, Optional<CacheDeclaration>> found = new ConcurrentHashMap<>();
  private final Map<Method, PutDeclaration> puts = new ConcurrentHashMap<>();
  private final Set<String> edgeFields = new TreeSet<>();
  private final Set<String> names = new TreeSet<>();
  private final Set<CacheDeclaration> configured = ConcurrentHashMap.newKeySet();
  private final Locators locators = new Locators();
  private final UnmanagedInstances unmanaged = new UnmanagedInstances(locators);
  private final Set<Type> beanTypes = new HashSet<>();

  /** A bean manager would not do: an extension's need not see the beans of the application. */
  void gatherTypes(@Observes ProcessBean<?> event) {
    beanTypes.addAll(event.getBean().getTypes());
  }

  void gather(@Observes ProcessManagedBean<?> event) {
    Class<?> type = event.getBean().getBeanClass();
    if (CacheValidator.concerns(type)) {
      types.add(type);
    }
    if (CacheValidator.hasLocators(type)) {
      locators.add(type);
    }
  }

  void validate(@Observes AfterDeploymentValidation validation, BeanManager beanManager) {
    CacheSettings settings =
        beanManager.getExtension(SettingsExtension.class).group(CacheSettings.class);
    CacheValidator checks = new CacheValidator(settings, beanTypes::contains, types, locators);
    for (Class<?> type : types) {
      for (CacheDeclaration declaration : checks.declarations(type)) {
        names.add(declaration.name());
        byBean
            .computeIfAbsent(type, key -> new ConcurrentHashMap<>())
            .putAll(signatures(declaration));
      }
    }
    noteEdge();
    checks.checkLocators();
    types.forEach(new EvictionValidator(checks, beanTypes::contains)::check);
    PutValidator putChecks = new PutValidator(checks, beanTypes::contains);
    types.stream().flatMap(putChecks::declarations).forEach(put -> puts.put(put.method(), put));
    Set<String> evicted =
        types.stream()
            .flatMap(CacheValidator::methods)
            .flatMap(method -> Stream.of(method.getAnnotationsByType(CacheEvict.class)))
            .map(CacheEvict::cache)
            .collect(Collectors.toSet());
    byBean.values().stream()
        .flatMap(methods -> methods.values().stream())
        .filter(declaration -> evicted.contains(declaration.name()))
        .forEach(CacheDeclaration::markEvicted);
    checks.problems().all().stream()
        .map(IllegalArgumentException::new)
        .forEach(validation::addDeploymentProblem);
  }

  /** The method by its own name and by those of the methods that it overrides. */
  private static Map<String, CacheDeclaration> signatures(CacheDeclaration declaration) {
    return Stream.concat(
            Stream.of(declaration.method()),
            ResourceMethods.overridden(declaration.bean(), declaration.method()))
        .collect(
            Collectors.toMap(CacheExtension::signature, method -> declaration, (one, two) -> one));
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }

  /** The declaration of a method of a bean or of a proxy for it; empty where it is not cached. */
  Optional<CacheDeclaration> find(Class<?> type, Method method) {
    return found.computeIfAbsent(new Called(type, method), this::find);
  }

  private Optional<CacheDeclaration> find(Called called) {
    return Optional.ofNullable(
        byBean.getOrDefault(bean(called.type()), Map.of()).get(signature(called.method())));
  }

  /**
   * The nearest superclass that has declarations, such as the class that a proxy extends; for an
   * interface, which is what RESTEasy names where {@code @Path} is on one, the bean that implements
   * it.
   */
  private Class<?> bean(Class<?> type) {
    if (type.isInterface()) {
      return byBean.keySet().stream().filter(type::isAssignableFrom).findFirst().orElse(type);
    }
    Class<?> at = type;
    while (at != null && !byBean.containsKey(at)) {
      at = at.getSuperclass();
    }
    return at == null ? type : at;
  }

  /** Whether entries of some method may be served before the application's filters. */
  boolean usesEdge() {
    return !edgeFields.isEmpty();
  }

  /** The header fields that the keys of those methods depend on. */
  Set<String> edgeFields() {
    return edgeFields;
  }

  private void noteEdge() {
    byBean.values().stream()
        .flatMap(methods -> methods.values().stream())
        .filter(CacheDeclaration::isEdge)
        .forEach(
            declaration -> {
              edgeFields.add("accept");
              edgeFields.addAll(declaration.vary());
            });
  }

  /** The declaration of a method with {@link CachePut}. */
  Optional<PutDeclaration> put(Method method) {
    return Optional.ofNullable(puts.get(method));
  }

  /**
   * The method of a bean that declares this cache of values.
   *
   * @throws IllegalArgumentException if none does, or several do
   */
  CacheDeclaration values(String cache) {
    List<CacheDeclaration> all =
        byBean.values().stream()
            .flatMap(methods -> methods.values().stream())
            .filter(each -> each.name().equals(cache) && !each.isResource())
            .distinct()
            .toList();
    if (all.size() != 1) {
      throw new IllegalArgumentException(
          all.size() + " methods of beans declare cache \"" + cache + "\" (expected one)");
    }
    return all.get(0);
  }

  /** Notes that Jakarta REST serves this method with its filter. */
  void addConfigured(CacheDeclaration declaration) {
    configured.add(declaration);
  }

  UnmanagedInstances unmanaged() {
    return unmanaged;
  }

  /** Methods of root resources that Jakarta REST has not configured: they are not cached. */
  List<String> unconfigured() {
    return byBean.entrySet().stream()
        .filter(bean -> ResourceMethods.isRootResource(bean.getKey()))
        .flatMap(bean -> bean.getValue().values().stream())
        .filter(declaration -> declaration.isResource() && !configured.contains(declaration))
        .distinct()
        .map(CacheDeclaration::name)
        .sorted()
        .toList();
  }

  /** The number of cached methods. */
  int count() {
    return (int)
        byBean.values().stream().flatMap(methods -> methods.values().stream()).distinct().count();
  }

  /** The names of all caches that this application declares. */
  Set<String> names() {
    return names;
  }
}
