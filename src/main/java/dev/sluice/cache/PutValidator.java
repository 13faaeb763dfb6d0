package dev.sluice.cache;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks the methods with {@link CachePut}, once all caches are known. */
final class PutValidator {

  private final Map<String, List<CacheDeclaration>> caches;
  private final DeploymentProblems problems;
  private final Predicate<Class<?>> isBean;

  PutValidator(CacheValidator checked, Predicate<Class<?>> isBean) {
    this.caches = checked.caches();
    this.problems = checked.problems();
    this.isBean = isBean;
  }

  /** The declarations of a bean's methods. Adds their mistakes to the problems. */
  Stream<PutDeclaration> declarations(Class<?> bean) {
    return CacheValidator.methods(bean)
        .filter(method -> method.isAnnotationPresent(CachePut.class))
        .filter(method -> !method.getDeclaringClass().isInterface())
        .flatMap(method -> declaration(bean, method).stream());
  }

  private Optional<PutDeclaration> declaration(Class<?> bean, Method method) {
    DeploymentProblems.At here =
        problems.at("@CachePut on " + bean.getSimpleName() + "." + method.getName());
    int modifiers = method.getModifiers();
    here.require(
        (modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0,
        "a private, static or final method cannot be intercepted");
    String cache = method.getAnnotation(CachePut.class).cache();
    List<CacheDeclaration> targets =
        caches.getOrDefault(cache, List.of()).stream()
            .filter(target -> !target.isResource())
            .toList();
    if (targets.size() != 1) {
      here.require(
          false,
          targets.size() + " methods of beans declare cache \"" + cache + "\" (expected one)");
      return Optional.empty();
    }
    PutDeclaration put = PutDeclaration.of(bean, method, targets.get(0));
    check(here, put, CacheDeclaration.valueType(bean, method));
    return Optional.of(put);
  }

  private void check(DeploymentProblems.At here, PutDeclaration put, Type returned) {
    CacheDeclaration target = put.target();
    here.require(
        returned.equals(target.valueType()),
        returned.getTypeName()
            + " is returned, but the values of cache \""
            + target.name()
            + "\" are "
            + target.valueType().getTypeName());
    here.requireTags(target.tagTemplates(), put.inputs());
    if (put.hasKeyProvider()) {
      Class<?> provider = put.annotation().key();
      here.require(
          isBean.test(provider), provider.getSimpleName() + " is not a CDI bean; give it a scope");
      return;
    }
    here.require(
        !target.hasKeyProvider()
            && ValueTypes.areAlike(target.inputs().keyTypes(), put.inputs().keyTypes()),
        "the arguments "
            + ValueTypes.shown(put.inputs().keyTypes())
            + " are not the key of cache \""
            + target.name()
            + "\"; mark those that are with @CacheKey, or name a key provider");
  }
}
