package dev.sluice.cache;

import dev.sluice.cache.store.Eviction;
import dev.sluice.execution.ContainerServices;
import dev.sluice.http.ResourceMethods;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Evicts when the method, and the transaction around it if there is one, has succeeded. It stands
 * just inside {@code @Transactional} (200), so as to see the transaction that the method itself
 * begins: one that is marked for rollback ends without an exception.
 */
@Evicting
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 210)
public class CacheEvictInterceptor {

  private static final System.Logger LOG = System.getLogger(CacheEvictInterceptor.class.getName());

  @Inject private Caches caches;
  @Inject private EvictDeclarations declarations;
  @Inject private EvictedGroups groups;
  @Inject private CacheSettings settings;

  @Inject private ContainerServices container;

  @AroundInvoke
  @Nullable Object call(InvocationContext call) throws Exception {
    List<Eviction> evictions = declarations.evictions(call);
    noteGroups(call);
    Object result = call.proceed();
    if (result instanceof CompletionStage<?> stage) {
      Ending transaction = transaction(evictions);
      return stage.whenComplete(
          (value, failure) -> {
            if (failure == null && isSuccess(value)) {
              transaction.release();
            }
          });
    }
    if (isSuccess(result)) {
      transaction(evictions).release();
    }
    return result;
  }

  /** Names the tags to other caches, where Jakarta REST calls the method. */
  private void noteGroups(InvocationContext call) {
    if (settings.groups() && ResourceMethods.isResourceMethod(call.getMethod())) {
      try {
        groups.add(declarations.of(call).tags(MethodCall.of(call)));
      } catch (ContextNotActiveException e) {
        LOG.log(Level.DEBUG, "A resource method was called outside of a request", e);
      }
    }
  }

  private static boolean isSuccess(@Nullable Object result) {
    return !(result instanceof Response response) || response.getStatus() < 400;
  }

  /** Holds evictions back until both the method and its transaction have succeeded. */
  private final class Ending implements Synchronization {
    private final List<Eviction> evictions;
    private boolean committed;
    private boolean released;

    Ending(List<Eviction> evictions, boolean committed) {
      this.evictions = evictions;
      this.committed = committed;
    }

    synchronized void release() {
      released = true;
      evictIfDue();
    }

    @Override
    public void beforeCompletion() {}

    @Override
    public synchronized void afterCompletion(int status) {
      committed = status != Status.STATUS_ROLLEDBACK;
      evictIfDue();
    }

    private void evictIfDue() {
      if (committed && released) {
        try {
          evictions.forEach(caches::evict);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "An eviction failed; what the method did stands", e);
        }
      }
    }
  }

  private Ending transaction(List<Eviction> evictions) {
    int status = container.transactions().getTransactionStatus();
    Ending ending =
        new Ending(
            evictions, status != Status.STATUS_ACTIVE && status != Status.STATUS_MARKED_ROLLBACK);
    if (status == Status.STATUS_ACTIVE) {
      container.transactions().registerInterposedSynchronization(ending);
    }
    return ending;
  }
}
