package dev.sluice.cache;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Checks the methods that evict, once all caches are known. */
final class EvictionValidator {

  private final Map<String, List<CacheDeclaration>> caches;
  private final DeploymentProblems problems;
  private final Predicate<Class<?>> isBean;

  EvictionValidator(CacheValidator checked, Predicate<Class<?>> isBean) {
    this.caches = checked.caches();
    this.problems = checked.problems();
    this.isBean = isBean;
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
          Arrays.stream(evict.tags()).map(TagTemplate::new).toList(), declaration.inputs());
      for (String tag : evict.tags()) {
        here.require(
            !new TagTemplate(tag).needsResult(),
            "tag \"" + tag + "\" takes a value from the result, which only @Cached can");
      }
      if (!evict.cache().isEmpty()) {
        checkTarget(here, evict, declaration.inputs());
      }
    }
  }

  private void checkTarget(DeploymentProblems.At here, CacheEvict evict, MethodInputs inputs) {
    List<CacheDeclaration> targets = caches.getOrDefault(evict.cache(), List.of());
    here.require(!targets.isEmpty(), "there is no cache \"" + evict.cache() + "\"");
    if (evict.all() || targets.isEmpty()) {
      return;
    }
    if (EvictDeclaration.hasKeyProvider(evict)) {
      here.require(
          isBean.test(evict.key()),
          evict.key().getSimpleName() + " is not a CDI bean; give it a scope");
      return;
    }
    List<CacheDeclaration> byInputs =
        targets.stream().filter(target -> !target.hasKeyProvider()).toList();
    if (byInputs.isEmpty()) {
      here.require(
          false,
          "cache \""
              + evict.cache()
              + "\" has the key provider "
              + targets.get(0).keyProvider().getSimpleName()
              + "; name a key provider for this method's arguments with key = …");
      return;
    }
    checkKey(here, evict, inputs, byInputs);
  }

  private static void checkKey(
      DeploymentProblems.At here,
      CacheEvict evict,
      MethodInputs inputs,
      List<CacheDeclaration> targets) {
    List<Type> given = inputs.keyTypes();
    here.require(
        inputs.key().stream().noneMatch(MethodInput::isOfRequest),
        "an input that is set by a setter or constructor, or converted, cannot be the key of an"
            + " eviction; mark parameters with @CacheKey or name a key provider");
    here.require(
        targets.stream().anyMatch(target -> ValueTypes.areAlike(target.inputs().keyTypes(), given)),
        "the arguments "
            + ValueTypes.shown(given)
            + " are not the key "
            + ValueTypes.shown(targets.get(0).inputs().keyTypes())
            + " of cache \""
            + evict.cache()
            + "\"; mark those that are with @CacheKey");
  }
}
