package dev.sluice.ratelimit;

import dev.sluice.config.SettingsExtension;
import dev.sluice.http.ResourceMethods;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Checks all declarations at deployment, so that every mistake is reported before a request. */
public class RateLimitExtension implements Extension {

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Set<Class<?>> rules = new LinkedHashSet<>();
  private final NamedPolicies named = new NamedPolicies();
  private final Map<String, Class<?>> limited = new TreeMap<>();
  private final Set<String> policies = new LinkedHashSet<>();
  private final Set<String> configured = ConcurrentHashMap.newKeySet();

  void gather(@Observes ProcessManagedBean<?> event) {
    types.add(event.getBean().getBeanClass());
  }

  void gatherRule(@Observes ProcessManagedBean<? extends RateLimitRule> bean) {
    rules.add(bean.getBean().getBeanClass());
  }

  void report(@Observes AfterDeploymentValidation validation, BeanManager beans) {
    RateLimitValidator validator = validator(beans);
    validator.problems(types).forEach(validation::addDeploymentProblem);
    limited.putAll(validator.limited());
    policies.addAll(validator.policies());
  }

  /** The number of resource methods that have a limit. */
  int count() {
    return limited.size();
  }

  /** The names of the policies of all limited methods. */
  Set<String> policies() {
    return policies;
  }

  /**
   * Notes that Jakarta REST serves this method of a resource, with its filter if it is limited.
   * RESTEasy names the interface where {@code @Path} is on an interface.
   */
  void addConfigured(Class<?> resource, Method method) {
    types.stream()
        .filter(type -> type == resource || (resource.isInterface() && !type.isInterface()))
        .filter(resource::isAssignableFrom)
        .map(type -> MethodNames.id(type, ResourceMethods.implementation(type, method)))
        .forEach(configured::add);
  }

  /** Limited methods of root resources that Jakarta REST has not configured: no limit holds. */
  List<String> unconfigured() {
    return limited.entrySet().stream()
        .filter(method -> ResourceMethods.isRootResource(method.getValue()))
        .map(Map.Entry::getKey)
        .filter(id -> !configured.contains(id))
        .toList();
  }

  /**
   * Checks a resource that CDI has not shown: on Payara, a class without a scope in an archive with
   * discovery mode {@code annotated}.
   *
   * @return a problem for each mistake; empty if the resource has been checked before
   */
  Collection<IllegalArgumentException> problemsOn(Class<?> resource, BeanManager beans) {
    return named.types().contains(resource) ? List.of() : validator(beans).problemsOn(resource);
  }

  /** Whether CDI has shown this resource, so that all declarations are known. */
  boolean isShown(Class<?> resource) {
    return types.contains(resource);
  }

  private RateLimitValidator validator(BeanManager beans) {
    SettingsExtension settings = beans.getExtension(SettingsExtension.class);
    RateLimitSettings limits = settings.group(RateLimitSettings.class);
    return new RateLimitValidator(
        limits,
        settings.group(ClientSettings.class),
        named,
        new RateLimitDeclarations(
            limits, named, new PartitionKey.OfApplication(), this::requireBean, Optional.empty()));
  }

  private RateLimitRule requireBean(Class<? extends RateLimitRule> rule) {
    if (rules.stream().filter(rule::isAssignableFrom).count() != 1) {
      throw new IllegalArgumentException(
          "rule = " + rule.getSimpleName() + ".class: expected one CDI bean of this type");
    }
    return new RateLimitRule() {};
  }

  /** Returns the declarations of the policies that have a name. */
  NamedPolicies named() {
    return named;
  }
}
