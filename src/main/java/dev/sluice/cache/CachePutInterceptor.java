package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the result of a method into a cache. It stands just inside {@code @Transactional} (200), so
 * that it sees the transaction that the method itself begins.
 */
@Putting
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 212)
public class CachePutInterceptor {

  @Inject private CacheSettings settings;
  @Inject private CacheExtension extension;
  @Inject private ValueCache values;

  @AroundInvoke
  @Nullable Object call(InvocationContext call) throws Exception {
    Optional<PutDeclaration> put = extension.put(call.getMethod());
    return settings.enabled() && put.isPresent() ? values.put(put.get(), call) : call.proceed();
  }
}
