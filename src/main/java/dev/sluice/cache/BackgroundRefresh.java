package dev.sluice.cache;

import dev.sluice.cache.store.Fill;
import dev.sluice.execution.ContainerServices;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Revalidates stale values on threads of the container, so that no caller waits. That is safe for a
 * bean of which there is one instance for as long as the application runs: it cannot depend on the
 * caller's request.
 */
@ApplicationScoped
class BackgroundRefresh {

  /** A computation that a thread of the background is about to run. */
  private record Due(CacheDeclaration declaration, Fill fill) {}

  private static final ThreadLocal<Due> DUE = new ThreadLocal<>();

  private static final System.Logger LOG = System.getLogger(BackgroundRefresh.class.getName());

  @Inject private ContainerServices container;

  /** Whether values of the method can be computed in the background. */
  static boolean suits(CacheDeclaration declaration) {
    Class<?> bean = declaration.bean();
    return bean.isAnnotationPresent(ApplicationScoped.class)
        || bean.isAnnotationPresent(Singleton.class);
  }

  /** The fill for a call of the method that this thread makes in the background. */
  static Optional<Fill> takeDue(CacheDeclaration declaration) {
    Due due = DUE.get();
    if (due == null || !due.declaration().equals(declaration)) {
      return Optional.empty();
    }
    DUE.remove();
    return Optional.of(due.fill());
  }

  /**
   * Calls the method again on another thread, which ends the fill.
   *
   * @return whether there is a thread for it
   */
  boolean start(CacheDeclaration declaration, InvocationContext call, Fill fill) {
    Method method = call.getMethod();
    Object target = call.getTarget();
    Object[] arguments = call.getParameters();
    try {
      container
          .executor()
          .execute(() -> run(new Due(declaration, fill), method, target, arguments));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private static void run(Due due, Method method, Object target, Object[] arguments) {
    DUE.set(due);
    try {
      method.setAccessible(true);
      method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      LOG.log(Level.DEBUG, "A stale value could not be revalidated", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } finally {
      takeDue(due.declaration()).ifPresent(Fill::close); // if no interceptor has taken it
    }
  }
}
