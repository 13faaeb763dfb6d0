package dev.sluice.cache;

import dev.sluice.cache.store.Fill;
import dev.sluice.execution.ContainerServices;
import dev.sluice.http.ResourceMethods;
import dev.sluice.http.TypeVariables;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.core.GenericEntity;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Revalidates entries on threads of the container, so that no caller waits. That is safe for a bean
 * of which there is one instance for as long as the application runs: it cannot depend on the
 * caller's request, unless its method takes something of it that is not in the key.
 */
@ApplicationScoped
class BackgroundRefresh {

  /** Runs the method, and ends the fill with its result. */
  interface Computation {
    @Nullable Object compute(InvocationContext call, Fill fill) throws Exception;
  }

  /** A computation that a thread of the background is about to run. */
  record Due(CacheDeclaration declaration, Fill fill, Computation computation) {

    @Nullable Object compute(InvocationContext call) throws Exception {
      return computation.compute(call, fill);
    }
  }

  /** A result cannot be turned into an entry outside a request. */
  static final class NeedsRequestException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NeedsRequestException(Throwable cause) {
      super("The result cannot be encoded outside a request", cause);
    }
  }

  private static final ThreadLocal<Due> DUE = new ThreadLocal<>();
  private static final System.Logger LOG = System.getLogger(BackgroundRefresh.class.getName());

  @Inject private ContainerServices container;
  @Inject private Transactions transactions;

  /** Methods that were found to need a request. */
  private final Set<CacheDeclaration> foregroundOnly = ConcurrentHashMap.newKeySet();

  /** Whether entries of the method can be computed in the background. */
  static boolean suits(CacheDeclaration declaration) {
    Class<?> bean = declaration.bean();
    boolean isOne =
        bean.isAnnotationPresent(ApplicationScoped.class)
            || bean.isAnnotationPresent(Singleton.class);
    return isOne && (!declaration.isResource() || needsNoRequest(declaration));
  }

  /** Whether all that the resource method takes of a request is in the key and in its arguments. */
  private static boolean needsNoRequest(CacheDeclaration declaration) {
    Class<?> returned = TypeVariables.erased(declaration.valueType());
    return ResourceMethods.isRootResource(declaration.bean())
        && returned != Object.class
        && !Response.class.isAssignableFrom(returned)
        && !GenericEntity.class.isAssignableFrom(returned)
        && declaration.terms().audience() != Audience.PRINCIPAL
        && declaration.terms().vary().isEmpty()
        && !declaration.hasKeyProvider()
        && declaration.inputs().areArgumentsInKey()
        && !AccessChecks.follow(declaration.bean(), declaration.method());
  }

  /** The computation that this thread is to run in place of a call of the method. */
  static Optional<Due> takeDue(CacheDeclaration declaration) {
    Due due = DUE.get();
    if (due == null || !due.declaration().equals(declaration)) {
      return Optional.empty();
    }
    DUE.remove();
    return Optional.of(due);
  }

  /**
   * Calls the method again on another thread, which ends the fill.
   *
   * @return whether it is called: not if it may need the caller's request or transaction, or if
   *     there is no thread for it
   */
  boolean start(
      CacheDeclaration declaration, InvocationContext call, Fill fill, Computation computation) {
    if (!suits(declaration) || foregroundOnly.contains(declaration) || transactions.isActive()) {
      return false;
    }
    Method method = call.getMethod();
    Object target = call.getTarget();
    Object[] arguments = call.getParameters();
    Due due = new Due(declaration, fill, computation);
    try {
      container.executor().execute(() -> run(due, method, target, arguments));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void run(Due due, Method method, Object target, Object[] arguments) {
    DUE.set(due);
    try {
      method.setAccessible(true);
      if (method.invoke(target, arguments) instanceof CompletionStage<?> stage) {
        stage.exceptionally(
            failure -> {
              failed(due.declaration(), failure);
              return null;
            });
      }
    } catch (InvocationTargetException e) {
      failed(due.declaration(), e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } finally {
      takeDue(due.declaration()).ifPresent(it -> it.fill().close()); // if no interceptor has
    }
  }

  private void failed(CacheDeclaration declaration, Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      boolean needsRequest =
          each instanceof ContextNotActiveException || each instanceof NeedsRequestException;
      if (needsRequest && foregroundOnly.add(declaration)) {
        LOG.log(
            Level.INFO,
            declaration + " needs a request; its callers wait for its results",
            failure);
      }
    }
    LOG.log(Level.DEBUG, "An entry could not be revalidated in the background", failure);
  }
}
