package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.CANCELLED;
import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;

import dev.sluice.background.Completion.Cancelled;
import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Parked;
import dev.sluice.background.Completion.Retry;
import dev.sluice.background.TaskOptions.KeyScope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The queue in this process: the same contract, but nothing survives the process. */
final class LocalTaskStore implements TaskStore {

  /** Ended tasks that are remembered at the most, whatever the retention. */
  static final int REMEMBERED = 100_000;

  private static final Comparator<LocalTask> BY_DUE =
      Comparator.comparing((LocalTask task) -> task.due).thenComparing(task -> task.number);

  private final TaskStoreSettings settings;
  private final InstantSource clock;
  private final Map<TaskId, LocalTask> byId = new HashMap<>();
  private final TreeSet<LocalTask> pending = new TreeSet<>(BY_DUE);
  private final TreeSet<LocalTask> ended = new TreeSet<>(BY_DUE);
  private final Set<LocalTask> parked = new HashSet<>();
  private long added;
  private boolean paused;

  LocalTaskStore(TaskStoreSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Duration lease() {
    return settings.lease();
  }

  @Override
  public synchronized Set<TaskId> add(List<Submission> tasks, String owner) {
    forgetEnded();
    if (pending.size() + tasks.size() > settings.capacity()) {
      throw TaskRejection.queueFull();
    }
    Set<TaskId> accepted = new HashSet<>();
    for (Submission submission : tasks) {
      LocalTask duplicate = byId.get(submission.id());
      if (duplicate == null || isReplacedBy(duplicate, submission)) {
        put(submission.lease(owner), submission.isDelayed() ? submission.delay() : lease());
        accepted.add(submission.id());
      } else {
        duplicate.confirmed = true;
      }
    }
    return accepted;
  }

  private boolean isReplacedBy(LocalTask duplicate, Submission submission) {
    boolean replaced =
        !duplicate.isPending() && submission.options().keyScope() == KeyScope.UNTIL_ENDED;
    if (replaced) {
      ended.remove(duplicate);
    }
    return replaced;
  }

  private void put(Lease lease, Duration wait) {
    LocalTask task = new LocalTask(lease, added++, clock.instant().plus(wait));
    byId.put(lease.id(), task);
    pending.add(task);
  }

  @Override
  public synchronized void restore(Collection<Lease> leases) {
    leases.stream()
        .filter(lease -> !byId.containsKey(lease.id()))
        .forEach(lease -> put(lease, lease()));
  }

  @Override
  public synchronized List<Lease> claim(int limit, String owner) {
    List<Lease> again =
        pending.stream().filter(task -> task.owner.equals(owner)).map(LocalTask::lease).toList();
    if (!again.isEmpty()) {
      renew(again);
      return again;
    }
    Instant now = clock.instant();
    List<Lease> leases = new ArrayList<>();
    while (leases.size() < limit && !pending.isEmpty() && !pending.first().due.isAfter(now)) {
      LocalTask task = pending.first();
      task.attempts += task.isHeld() && !task.begun ? 0 : 1;
      task.begun = false;
      task.owner = owner;
      reschedule(task, lease());
      leases.add(task.lease());
    }
    return leases;
  }

  @Override
  public synchronized Map<TaskId, String> payloads(List<Lease> leases) {
    Map<TaskId, String> payloads = new HashMap<>();
    for (Lease lease : leases) {
      LocalTask task = byId.get(lease.id());
      if (task != null) {
        task.begun |= task.isHeldBy(lease);
        payloads.put(lease.id(), task.payload);
      }
    }
    return payloads;
  }

  @Override
  public synchronized NotApplied<Lease> renew(List<Lease> leases) {
    NotApplied<Lease> notApplied = new NotApplied<>(new HashSet<>(), new HashSet<>());
    for (Lease lease : leases) {
      LocalTask task = byId.get(lease.id());
      if (task == null) {
        notApplied.missing().add(lease);
      } else if (!task.isHeldBy(lease)) {
        notApplied.taken().add(lease);
      } else if (task.isPending()) {
        task.begun |= lease.hasBegun();
        reschedule(task, lease());
      }
    }
    return notApplied;
  }

  @Override
  public synchronized NotApplied<Completion> settle(List<Completion> completions) {
    NotApplied<Completion> notApplied = new NotApplied<>(new HashSet<>(), new HashSet<>());
    for (Completion completion : completions) {
      LocalTask task = byId.get(completion.id());
      if (task == null) {
        notApplied.missing().add(completion);
      } else if (!task.isHeldBy(completion.lease())) {
        notApplied.taken().add(completion);
      } else if (task.isPending()) {
        settle(task, completion.outcome());
      }
    }
    return notApplied;
  }

  private void settle(LocalTask task, Completion.Outcome outcome) {
    if (outcome instanceof Done) {
      task.payload = ""; // it may be large, and is not needed any more
      end(task, DONE, Optional.empty(), settings.retention());
    } else if (outcome instanceof Cancelled) {
      task.payload = "";
      end(task, CANCELLED, task.error, settings.retention());
    } else if (outcome instanceof Dead dead) {
      end(task, DEAD, Optional.of(dead.error()), settings.deadRetention());
    } else if (outcome instanceof Retry retry) {
      task.error = Optional.of(retry.error());
      task.owner = "";
      reschedule(task, retry.delay());
    } else if (outcome instanceof HandBack back) {
      handBack(task, back.delay());
    } else if (outcome instanceof Parked) {
      handBack(task, Duration.ZERO);
      pending.remove(task);
      parked.add(task);
    } else if (outcome instanceof Discarded && !task.confirmed) {
      pending.remove(task);
      byId.remove(task.task.id());
    } else if (outcome instanceof Discarded && task.attempts > 0) {
      handBack(task, Duration.ZERO);
    }
  }

  private void handBack(LocalTask task, Duration wait) {
    task.attempts--;
    task.owner = "";
    reschedule(task, wait);
  }

  private void reschedule(LocalTask task, Duration wait) {
    pending.remove(task);
    task.due = clock.instant().plus(wait);
    pending.add(task);
  }

  private void end(
      LocalTask task, TaskStatus.State state, Optional<String> error, Duration retention) {
    pending.remove(task);
    task.state = state;
    task.error = error;
    task.ended = Optional.of(clock.instant());
    task.due = clock.instant().plus(retention);
    ended.add(task);
  }

  private void forgetEnded() {
    Instant now = clock.instant();
    while (!ended.isEmpty() && (ended.size() > REMEMBERED || !ended.first().due.isAfter(now))) {
      LocalTask oldest = ended.pollFirst();
      byId.remove(oldest.task.id(), oldest);
    }
  }

  @Override
  public synchronized void unpark(Collection<String> handlers) {
    List<LocalTask> due =
        parked.stream().filter(task -> handlers.contains(task.task.handler())).toList();
    due.forEach(parked::remove);
    due.forEach(task -> reschedule(task, Duration.ZERO));
  }

  @Override
  public synchronized Optional<TaskStatus> find(TaskId id) {
    forgetEnded();
    return Optional.ofNullable(byId.get(id)).map(LocalTask::status);
  }

  @Override
  public synchronized void cancel(TaskId id) {
    LocalTask task = byId.get(id);
    if (task != null && task.isHeld()) {
      task.cancelled = true;
    } else if (task != null && task.isPending()) {
      parked.remove(task);
      settle(task, new Cancelled());
    }
  }

  @Override
  public synchronized TaskSignals signals() {
    Set<TaskId> cancelled =
        pending.stream()
            .filter(task -> task.cancelled)
            .map(task -> task.task.id())
            .collect(Collectors.toSet());
    return new TaskSignals(cancelled, paused);
  }

  @Override
  public synchronized void pause(boolean isPaused) {
    paused = isPaused;
  }

  @Override
  public synchronized TaskDepths depths() {
    forgetEnded();
    return LocalDepths.of(byId.values(), parked, clock.instant());
  }

  @Override
  public synchronized void progress(Map<TaskId, Double> fractions) {
    fractions.forEach(
        (id, fraction) ->
            Optional.ofNullable(byId.get(id))
                .ifPresent(task -> task.progress = OptionalDouble.of(fraction)));
  }

  @Override
  public synchronized List<TaskStatus> dead(int limit) {
    forgetEnded();
    return ended.descendingSet().stream()
        .filter(task -> task.state == DEAD)
        .limit(limit)
        .map(LocalTask::status)
        .toList();
  }

  @Override
  public synchronized Set<TaskId> requeue(Collection<TaskId> ids) {
    List<LocalTask> dead = takeDead(ids);
    for (LocalTask task : dead) {
      task.state = TaskStatus.State.PENDING;
      task.attempts = 0;
      task.owner = "";
      task.ended = Optional.empty();
      reschedule(task, Duration.ZERO);
    }
    return dead.stream().map(task -> task.task.id()).collect(Collectors.toSet());
  }

  @Override
  public synchronized Set<TaskId> discard(Collection<TaskId> ids) {
    List<LocalTask> dead = takeDead(ids);
    dead.forEach(task -> byId.remove(task.task.id()));
    return dead.stream().map(task -> task.task.id()).collect(Collectors.toSet());
  }

  @Override
  public synchronized int requeueAll(String handler) {
    return requeue(deadOf(handler)).size();
  }

  @Override
  public synchronized int discardAll(String handler) {
    return discard(deadOf(handler)).size();
  }

  private List<TaskId> deadOf(String handler) {
    return ended.stream()
        .filter(task -> task.state == DEAD && task.task.handler().equals(handler))
        .map(task -> task.task.id())
        .toList();
  }

  private List<LocalTask> takeDead(Collection<TaskId> ids) {
    List<LocalTask> dead =
        ids.stream().map(byId::get).filter(task -> task != null && task.state == DEAD).toList();
    dead.forEach(ended::remove);
    return dead;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public synchronized List<Task> endWithThisProcess() {
    if (byId.isEmpty()) {
      return List.of(); // without Task: Open Liberty loads no more classes after an undeployment
    }
    return byId.values().stream().filter(LocalTask::isPending).map(each -> each.task).toList();
  }

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public synchronized boolean isFull() {
    return pending.size() >= settings.capacity();
  }
}
