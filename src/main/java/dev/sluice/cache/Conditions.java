package dev.sluice.cache;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** The application's {@link CacheCondition} beans. */
@ApplicationScoped
class Conditions {

  @Inject @Any Instance<CacheCondition> beans;

  /** Whether the call uses the cache. */
  boolean applies(CacheDeclaration declaration, MethodCall call) {
    return declaration
        .condition()
        .map(type -> beans.select(type).get().applies(declaration.method(), call.arguments()))
        .orElse(true);
  }

  /** Whether the result is stored. */
  boolean stores(CacheDeclaration declaration, @Nullable Object result) {
    return declaration
        .condition()
        .map(type -> beans.select(type).get().stores(declaration.method(), result))
        .orElse(true);
  }
}
