package dev.sluice.cache;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Gathers what is wrong with the methods that evict, once all caches are known. */
final class EvictionValidator {

  private final Map<String, List<CacheDeclaration>> caches;
  private final DeploymentProblems problems;

  EvictionValidator(CacheValidator checked) {
    this.caches = checked.caches();
    this.problems = checked.problems();
  }

  void check(Class<?> bean) {
    CacheValidator.methods(bean)
        .filter(CacheValidator::isEvicting)
        .filter(method -> !method.getDeclaringClass().isInterface())
        .forEach(method -> check(bean, method));
  }

  private void check(Class<?> bean, Method method) {
    EvictDeclaration declaration = EvictDeclaration.of(bean, method);
    DeploymentProblems.At here =
        problems.at("@CacheEvict on " + bean.getSimpleName() + "." + method.getName());
    int modifiers = method.getModifiers();
    here.require(
        (modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0,
        "a private, static or final method cannot be intercepted");
    for (CacheEvict evict : declaration.annotations()) {
      here.require(
          !evict.cache().isEmpty() || (evict.tags().length > 0 && !evict.all()),
          "names nothing to evict (expected a cache or tags)");
      here.requireTags(
          Arrays.stream(evict.tags()).map(TagTemplate::new).toList(), declaration.arguments());
      if (!evict.cache().isEmpty()) {
        checkTarget(here, evict, declaration.arguments());
      }
    }
  }

  private void checkTarget(DeploymentProblems.At here, CacheEvict evict, Arguments arguments) {
    List<CacheDeclaration> targets = caches.getOrDefault(evict.cache(), List.of());
    here.require(!targets.isEmpty(), "there is no cache \"" + evict.cache() + "\"");
    if (evict.all()
        || targets.isEmpty()
        || targets.stream().anyMatch(CacheDeclaration::hasKeyProvider)) {
      return;
    }
    List<Type> given = arguments.keyTypes();
    here.require(
        targets.stream()
            .anyMatch(target -> ValueTypes.areAlike(target.arguments().keyTypes(), given)),
        "the arguments "
            + ValueTypes.shown(given)
            + " are not the key "
            + ValueTypes.shown(targets.get(0).arguments().keyTypes())
            + " of cache \""
            + evict.cache()
            + "\"; mark those that are with @CacheKey");
  }
}
