package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Evicts when the method, and the transaction around it if there is one, has succeeded. */
@Evicting
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 90)
public class CacheEvictInterceptor {

  @Inject private Caches caches;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  @SuppressWarnings("NullAway.Init") // injected
  private TransactionSynchronizationRegistry transactions;

  @AroundInvoke
  @Nullable Object call(InvocationContext call) throws Exception {
    List<Eviction> evictions = evictions(call);
    Object result = call.proceed();
    if (result instanceof CompletionStage<?> stage) {
      return stage.whenComplete(
          (value, failure) -> {
            if (failure == null && isSuccess(value)) {
              evictAfterCommit(evictions);
            }
          });
    }
    if (isSuccess(result)) {
      evictAfterCommit(evictions);
    }
    return result;
  }

  private List<Eviction> evictions(InvocationContext call) {
    List<Eviction> all = new ArrayList<>();
    Arguments arguments = new Arguments(call.getMethod().getDeclaringClass(), call.getMethod());
    for (CacheEvict evict : call.getMethod().getAnnotationsByType(CacheEvict.class)) {
      if (evict.all()) {
        all.add(new Eviction.OfCache(evict.cache()));
      } else if (!evict.cache().isEmpty()) {
        List<?> key = arguments.key(call.getTarget(), call.getParameters());
        all.add(new Eviction.OfKey(evict.cache(), caches.base(evict.cache(), key)));
      }
      for (String tag : evict.tags()) {
        all.add(
            new Eviction.OfTag(
                new TagTemplate(tag).hash(arguments, call.getTarget(), call.getParameters())));
      }
    }
    return all;
  }

  private static boolean isSuccess(@Nullable Object result) {
    return !(result instanceof Response response) || response.getStatus() < 400;
  }

  private void evictAfterCommit(List<Eviction> evictions) {
    if (!isInTransaction()) {
      evictions.forEach(caches::evict);
      return;
    }
    transactions.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {}

          @Override
          public void afterCompletion(int status) {
            if (status != Status.STATUS_ROLLEDBACK) {
              evictions.forEach(caches::evict);
            }
          }
        });
  }

  /** Whether a transaction is under way that can still come to an end either way. */
  private boolean isInTransaction() {
    return transactions.getTransactionStatus() == Status.STATUS_ACTIVE;
  }
}
