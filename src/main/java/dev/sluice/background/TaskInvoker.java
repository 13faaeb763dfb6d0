package dev.sluice.background;

import java.util.Collection;
import java.util.List;

/** Finds a task's handler and calls it. */
interface TaskInvoker {

  /**
   * Does one attempt.
   *
   * @throws MissingHandlerException if there is no such handler in this deployment
   * @throws UnreadablePayloadException if the payload is not JSON of the handler's type
   * @throws Exception whatever the handler throws
   */
  void invoke(Task task, String payload, TaskContext context) throws Exception;

  /** How failed attempts of this handler are repeated. */
  default RetryPolicy retryPolicy(String handler) {
    return new RetryPolicy(RetrySchedule.standard(), List.of());
  }

  /** Tells others of an attempt; never throws. */
  default void fire(TaskEvent event) {}

  /** The names of this deployment's handlers. */
  default Collection<String> handlers() {
    return List.of();
  }

  /** This deployment does not have the handler; another version may. */
  final class MissingHandlerException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingHandlerException(String handler) {
      super("There is no handler " + handler + " in this deployment");
    }
  }

  /** To try again would not help. */
  final class UnreadablePayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadablePayloadException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
