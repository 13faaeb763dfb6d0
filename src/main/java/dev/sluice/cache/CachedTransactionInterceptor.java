package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@link CachedInterceptor} of the transaction in which a cached method runs. It stands just
 * inside {@code @Transactional} (200), so that it sees the transaction that the method itself
 * begins: one that is marked for rollback ends without an exception.
 */
@Cached(expire = 1)
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 211)
public class CachedTransactionInterceptor {

  private static final String OUTCOME = TransactionOutcome.class.getName();

  @Inject private Transactions transactions;

  @AroundInvoke
  @Nullable Object call(InvocationContext call) throws Exception {
    call.getContextData().put(OUTCOME, transactions.current());
    return call.proceed();
  }

  /** The outcome of the transaction of a call that has proceeded. */
  static TransactionOutcome outcome(InvocationContext call) {
    return call.getContextData().get(OUTCOME) instanceof TransactionOutcome outcome
        ? outcome
        : TransactionOutcome.none();
  }
}
