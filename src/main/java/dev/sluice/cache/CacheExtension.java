package dev.sluice.cache;

import dev.sluice.config.SettingsExtension;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Knows every cached method, and reports all that is wrong with any before the first request. */
public class CacheExtension implements Extension {

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Map<Class<?>, Map<String, CacheDeclaration>> byBean = new ConcurrentHashMap<>();
  private final Map<Class<?>, Class<?>> beans = new ConcurrentHashMap<>();
  private final Set<String> names = new TreeSet<>();

  void gather(@Observes ProcessAnnotatedType<?> event) {
    Class<?> type = event.getAnnotatedType().getJavaClass();
    if (!type.isAnnotation() && CacheValidator.concerns(type)) {
      types.add(type);
    }
  }

  void validate(@Observes AfterDeploymentValidation validation, BeanManager beanManager) {
    CacheSettings settings =
        beanManager.getExtension(SettingsExtension.class).group(CacheSettings.class);
    CacheValidator checks = new CacheValidator(settings, beanManager);
    for (Class<?> type : types) {
      for (CacheDeclaration declaration : checks.declarations(type)) {
        names.add(declaration.name());
        byBean
            .computeIfAbsent(type, key -> new ConcurrentHashMap<>())
            .put(signature(declaration.method()), declaration);
      }
    }
    types.forEach(new EvictionValidator(checks)::check);
    checks.problems().all().stream()
        .map(IllegalArgumentException::new)
        .forEach(validation::addDeploymentProblem);
  }

  private static String signature(Method method) {
    return method.getName() + java.util.Arrays.toString(method.getParameterTypes());
  }

  /** What is declared of this method of a bean, or of a proxy for one. */
  Optional<CacheDeclaration> find(Class<?> type, Method method) {
    Class<?> bean = beans.computeIfAbsent(type, this::bean);
    return Optional.ofNullable(byBean.getOrDefault(bean, Map.of()).get(signature(method)));
  }

  /** The first in the line of superclasses that declares anything. */
  private Class<?> bean(Class<?> type) {
    Class<?> at = type;
    while (at != null && !byBean.containsKey(at)) {
      at = at.getSuperclass();
    }
    return at == null ? type : at;
  }

  /** All caches that this application declares. */
  Set<String> names() {
    return names;
  }
}
