package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches the call of a cached method to the response cache or the value cache. It stands
 * outside {@code @Transactional}.
 */
@Cached(expire = 1)
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class CachedInterceptor {

  @Inject private CacheSettings settings;
  @Inject private CacheExtension extension;
  @Inject private ResponseCache responses;
  @Inject private ValueCache values;
  @Inject private CurrentExchange current;

  @AroundInvoke
  @Nullable Object call(InvocationContext call) throws Exception {
    Optional<CacheDeclaration> found = declaration(call);
    if (found.isEmpty()) {
      return call.proceed();
    }
    CacheDeclaration declaration = found.get();
    Optional<BackgroundRefresh.Due> due = BackgroundRefresh.takeDue(declaration);
    if (due.isPresent()) {
      return due.get().compute(call);
    } else if (!declaration.isResource()) {
      return values.call(declaration, call);
    }
    Optional<CacheExchange> exchange = exchange(declaration);
    return exchange.isPresent() ? responses.call(exchange.get(), call) : call.proceed();
  }

  private Optional<CacheDeclaration> declaration(InvocationContext call) {
    return settings.enabled()
        ? extension.find(call.getTarget().getClass(), call.getMethod())
        : Optional.empty();
  }

  private Optional<CacheExchange> exchange(CacheDeclaration declaration) {
    try {
      return current.take(declaration);
    } catch (ContextNotActiveException e) {
      return Optional.empty();
    }
  }
}
