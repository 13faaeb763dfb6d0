package dev.sluice.background;

import dev.sluice.background.TaskDispatcher.Addition;
import dev.sluice.background.TaskDispatcher.Taken;
import dev.sluice.background.TaskOptions.When;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one request added, in order. Kept in an attribute of the request: when an asynchronous
 * answer is completed its CDI context may be gone.
 */
final class RequestTasks {

  static final String ATTRIBUTE = RequestTasks.class.getName();

  private sealed interface Added {
    When when();

    TransactionOutcome transaction();
  }

  private record Task(Addition addition, When when, TransactionOutcome transaction)
      implements Added {}

  private record Work(Runnable body, TransactionOutcome transaction) implements Added {
    @Override
    public When when() {
      return When.ON_SUCCESS;
    }
  }

  /** What was written, and what is to become of it when the response is out, or has failed. */
  private record Written(When when, Runnable release, Runnable discard) {}

  private final TaskDispatcher node;
  private final List<Added> added = new ArrayList<>();
  private final List<Written> written = new ArrayList<>();
  private boolean committed;

  RequestTasks(TaskDispatcher node) {
    this.node = node;
  }

  static RequestTasks of(HttpServletRequest request, TaskDispatcher node) {
    RequestTasks tasks = (RequestTasks) request.getAttribute(ATTRIBUTE);
    if (tasks == null) {
      tasks = new RequestTasks(node);
      request.setAttribute(ATTRIBUTE, tasks);
    }
    return tasks;
  }

  synchronized void add(Submission task, TaskOptions options, TransactionOutcome transaction) {
    checkOpen();
    node.checkOpen(options.ifStoreDown());
    added.add(new Task(new Addition(task, options.ifStoreDown()), options.when(), transaction));
  }

  synchronized void run(Runnable body, TransactionOutcome transaction) {
    checkOpen();
    node.checkRoom();
    added.add(new Work(body, transaction));
  }

  private void checkOpen() {
    if (committed) {
      throw new IllegalStateException(
          "The response is on its way: add background tasks before the resource method returns");
    }
  }

  /**
   * Writes what is to run after this response. Does so once.
   *
   * @throws TaskRejection if the store does not take it; then nothing runs but what must run always
   *     and may stay on this node
   */
  synchronized void commit(Success success) {
    if (committed) {
      return;
    }
    committed = true;
    try {
      write(added.stream().filter(each -> isKept(each, success)).toList());
    } catch (TaskRejection e) {
      write(added.stream().filter(RequestTasks::survivesRefusal).toList());
      throw e;
    }
  }

  private static boolean isKept(Added each, Success success) {
    return each.when() == When.ALWAYS
        || (success == Success.YES && each.transaction().isCommitted());
  }

  private static boolean survivesRefusal(Added each) {
    return each.when() == When.ALWAYS
        && each instanceof Task task
        && task.addition().ifStoreDown() == TaskOptions.IfStoreDown.LOCAL;
  }

  private void write(List<Added> kept) {
    List<Addition> additions = new ArrayList<>();
    kept.forEach(
        each -> {
          if (each instanceof Task task) {
            additions.add(task.addition());
          }
        });
    Map<TaskId, Taken> taken = new HashMap<>(node.add(additions));
    for (Added each : kept) {
      if (each instanceof Work work) {
        written.add(new Written(work.when(), () -> node.run(work.body()), () -> {}));
      } else if (each instanceof Task task) {
        // Absent if it was there already, by its idempotency key.
        Optional.ofNullable(taken.remove(task.addition().task().task().id()))
            .ifPresent(it -> written.add(new Written(task.when(), it::release, it::discard)));
      }
    }
  }

  /**
   * The response is out: lets run what was written, unless it became a failure since, as when its
   * entity could not be encoded. Does so once.
   */
  synchronized void release(Success success) {
    List<Written> now = List.copyOf(written);
    written.clear();
    for (Written each : now) {
      if (success == Success.YES || each.when() == When.ALWAYS) {
        each.release().run();
      } else {
        each.discard().run();
      }
    }
  }

  /** Whether the request did what it was asked to do. */
  enum Success {
    YES,
    NO;

    static Success of(int status) {
      return status < 400 ? YES : NO;
    }
  }
}
