package dev.sluice.cache;

import dev.sluice.cache.store.Eviction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The declarations of the methods with {@link CacheEvict} that have been called. */
@ApplicationScoped
class EvictDeclarations {

  private final Map<List<Object>, EvictDeclaration> byMethod = new ConcurrentHashMap<>();
  @Inject private CacheKeyFactory keys;

  /** The declaration of the method that is called. */
  EvictDeclaration of(InvocationContext call) {
    Class<?> bean = call.getTarget().getClass();
    return byMethod.computeIfAbsent(
        List.of(bean, call.getMethod()), key -> EvictDeclaration.of(bean, call.getMethod()));
  }

  /** The entries that this call evicts. */
  List<Eviction> evictions(InvocationContext call) {
    return of(call).evictions(MethodCall.of(call), keys);
  }
}
