package dev.sluice.ratelimit;

import dev.sluice.config.SettingsExtension;
import dev.sluice.http.ResourceMethods;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Finds mistakes in what is declared before the first request does, and reports all of them. */
public class RateLimitExtension implements Extension {

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Set<Class<?>> rules = new LinkedHashSet<>();
  private final NamedPolicies named = new NamedPolicies();
  private final Map<String, Class<?>> limited = new TreeMap<>();
  private final Set<String> configured = ConcurrentHashMap.newKeySet();

  void gather(@Observes ProcessManagedBean<?> event) {
    types.add(event.getBean().getBeanClass());
  }

  void gatherRule(@Observes ProcessManagedBean<? extends RateLimitRule> bean) {
    rules.add(bean.getBean().getBeanClass());
  }

  void report(@Observes AfterDeploymentValidation validation, BeanManager beans) {
    SettingsExtension settings = beans.getExtension(SettingsExtension.class);
    RateLimitValidator checks =
        check(settings.group(RateLimitSettings.class), settings.group(ClientSettings.class));
    checks.problems(types).forEach(validation::addDeploymentProblem);
    limited.putAll(checks.limited());
  }

  /** The number of resource methods that have a limit. */
  int count() {
    return limited.size();
  }

  /** Notes that Jakarta REST serves this method of a resource, with its filter if it is limited. */
  void addConfigured(Class<?> resource, Method method) {
    configured.add(RateLimitDeclarations.id(resource, method));
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
   * The bean's method that answers requests: RESTEasy names the interface's where {@code @Path}
   * stands on an interface.
   */
  Method implementation(Class<?> resource, Method method) {
    return types.stream()
        .filter(type -> resource.isAssignableFrom(type) && !type.isInterface())
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(other -> !other.isBridge() && other.getName().equals(method.getName()))
        .filter(other -> Arrays.equals(other.getParameterTypes(), method.getParameterTypes()))
        .findFirst()
        .orElse(method);
  }

  private RateLimitValidator check(RateLimitSettings settings, ClientSettings client) {
    return new RateLimitValidator(
        settings,
        client,
        named,
        new RateLimitDeclarations(
            settings, named, new PartitionKey.OfApplication(), this::requireBean));
  }

  private RateLimitRule requireBean(Class<? extends RateLimitRule> rule) {
    if (rules.stream().filter(rule::isAssignableFrom).count() != 1) {
      throw new IllegalArgumentException(
          "rule = " + rule.getSimpleName() + ".class: expected one CDI bean of this type");
    }
    return new RateLimitRule() {};
  }

  /** What the annotations say of policies that have a name. */
  NamedPolicies named() {
    return named;
  }
}
