package dev.sluice.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The failures of methods, as their callers see them. */
final class Failures {

  private Failures() {}

  /** The failure itself, without what a stage wraps around it. */
  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Ends a call with the failure of the computation for which it waited. */
  @SuppressWarnings("FutureReturnValueIgnored") // it is complete
  static @Nullable Object rethrown(CacheDeclaration declaration, Throwable cause) throws Exception {
    if (declaration.isAsync()) {
      return CompletableFuture.failedFuture(cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw (Exception) cause;
  }
}
