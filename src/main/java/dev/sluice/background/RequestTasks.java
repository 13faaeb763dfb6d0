package dev.sluice.background;

import dev.sluice.background.TaskDispatcher.Accepted;
import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.background.TaskOptions.When;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request added, in order. Kept in an attribute of the request: when an asynchronous
 * response is completed its CDI context may be gone.
 */
final class RequestTasks {

  static final String ATTRIBUTE = RequestTasks.class.getName();

  /**
   * A task, or a {@code Runnable} of this process.
   *
   * @param transaction that in which it was added
   */
  private record Added(Optional<Submission> task, Runnable work, TransactionOutcome transaction) {

    boolean runsAlways() {
      return task.filter(each -> each.options().when() == When.ALWAYS).isPresent();
    }

    boolean mayStayHere() {
      return task.filter(each -> each.options().ifStoreDown() == IfStoreDown.LOCAL).isPresent();
    }
  }

  private final TaskDispatcher dispatcher;
  private final List<Added> added = new ArrayList<>();

  /** What is to run after the response. */
  private List<Added> written = List.of();

  private Optional<Accepted> accepted = Optional.empty();
  private boolean committed;

  RequestTasks(TaskDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  static RequestTasks of(HttpServletRequest request, TaskDispatcher dispatcher) {
    RequestTasks tasks = (RequestTasks) request.getAttribute(ATTRIBUTE);
    if (tasks == null) {
      tasks = new RequestTasks(dispatcher);
      request.setAttribute(ATTRIBUTE, tasks);
    }
    return tasks;
  }

  synchronized void add(Submission task, TransactionOutcome transaction) {
    checkOpen();
    dispatcher.checkOpen(task.options().ifStoreDown());
    added.add(new Added(Optional.of(task), () -> {}, transaction));
  }

  synchronized void run(Runnable work, TransactionOutcome transaction) {
    checkOpen();
    dispatcher.checkRoom();
    added.add(new Added(Optional.empty(), work, transaction));
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
      write(added.stream().filter(each -> each.runsAlways() && each.mayStayHere()).toList());
      throw e;
    }
  }

  private static boolean isKept(Added each, Success success) {
    return each.runsAlways() || (success == Success.YES && each.transaction().isCommitted());
  }

  private void write(List<Added> kept) {
    accepted =
        Optional.of(dispatcher.add(kept.stream().flatMap(each -> each.task().stream()).toList()));
    written = kept;
  }

  /**
   * The response has been sent: lets run what was written, unless the response became a failure
   * since, as when its entity could not be encoded. Does so once.
   */
  synchronized void release(Success success) {
    List<Added> now = written;
    written = List.of();
    accepted.ifPresent(each -> release(now, each.runner(), each.leases(), success));
  }

  private void release(
      List<Added> all, TaskRunner runner, Map<TaskId, Lease> leases, Success success) {
    Set<Lease> over = new HashSet<>();
    for (Added each : all) {
      boolean runs = success == Success.YES || each.runsAlways();
      // Without a lease the task was there already, by its idempotency key.
      Optional<Lease> lease = each.task().map(task -> leases.get(task.id())).filter(over::add);
      if (lease.isPresent() && runs) {
        runner.release(List.of(lease.get()));
      } else if (lease.isPresent()) {
        runner.discard(lease.get());
      } else if (each.task().isEmpty() && runs) {
        dispatcher.run(each.work());
      }
    }
  }

  /** Ids of the tasks that were written. */
  synchronized List<TaskId> writtenIds() {
    return written.stream().flatMap(each -> each.task().stream()).map(Submission::id).toList();
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
