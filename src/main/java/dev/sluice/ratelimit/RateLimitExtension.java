package dev.sluice.ratelimit;

import dev.sluice.config.SettingsExtension;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds mistakes in what is declared before the first request does, and reports all of them. */
public class RateLimitExtension implements Extension {

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Set<Class<?>> rules = new LinkedHashSet<>();
  private final NamedPolicies named = new NamedPolicies();

  void gather(@Observes ProcessAnnotatedType<?> type) {
    types.add(type.getAnnotatedType().getJavaClass());
  }

  void gatherRule(@Observes ProcessManagedBean<? extends RateLimitRule> bean) {
    rules.add(bean.getBean().getBeanClass());
  }

  void report(@Observes AfterDeploymentValidation validation, BeanManager beans) {
    SettingsExtension settings = beans.getExtension(SettingsExtension.class);
    check(settings.group(RateLimitSettings.class), settings.group(ClientSettings.class))
        .problems(types)
        .forEach(validation::addDeploymentProblem);
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
