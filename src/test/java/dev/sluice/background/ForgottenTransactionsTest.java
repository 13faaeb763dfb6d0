package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgottenTransactionsTest {

  private interface Reply {
    Object to(String method) throws SystemException;
  }

  private final List<String> calls = new ArrayList<>();

  private ForgottenTransactions with(Reply reply) {
    UserTransaction transaction =
        (UserTransaction)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {UserTransaction.class},
                (proxy, method, arguments) -> {
                  calls.add(method.getName());
                  return reply.to(method.getName());
                });
    return new ForgottenTransactions(transaction);
  }

  @Test
  void rollsBackATransactionThatWasLeftOpen() {
    with(method -> method.equals("getStatus") ? Status.STATUS_ACTIVE : null).rollBack("task 1");
    assertThat(calls).containsExactly("getStatus", "rollback");
  }

  @Test
  void leavesAThreadWithoutTransactionAlone() {
    with(method -> Status.STATUS_NO_TRANSACTION).rollBack("task 1");
    assertThat(calls).containsExactly("getStatus");
  }

  @Test
  void doesNotFailTheTaskWhenTheTransactionCannotBeEnded() {
    ForgottenTransactions broken =
        with(
            method -> {
              throw new SystemException("expected by the test");
            });
    assertThatNoException().isThrownBy(() -> broken.rollBack("task 1"));
  }
}
