package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.PENDING;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Retry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/** The queue in this process: the same contract, but nothing survives the process. */
final class LocalTaskStore implements TaskStore {

  /** Ended tasks that are remembered at the most, whatever the retention. */
  static final int REMEMBERED = 100_000;

  private final int capacity;
  private final Duration lease;
  private final Duration retention;
  private final InstantSource clock;
  private final Map<TaskId, LocalTask> byId = new HashMap<>();
  private final Queue<LocalTask> ended = new ArrayDeque<>();
  private final TreeSet<LocalTask> pending =
      new TreeSet<>(Comparator.comparing((LocalTask e) -> e.due).thenComparing(e -> e.number));
  private long added;

  LocalTaskStore(int capacity, Duration lease, Duration retention, InstantSource clock) {
    this.capacity = capacity;
    this.lease = lease;
    this.retention = retention;
    this.clock = clock;
  }

  @Override
  public Duration lease() {
    return lease;
  }

  @Override
  public synchronized Set<TaskId> add(List<Submission> tasks, String owner) {
    forgetEnded();
    if (pending.size() + tasks.size() > capacity) {
      throw TaskRejection.queueFull();
    }
    Set<TaskId> accepted = new HashSet<>();
    for (Submission added : tasks) {
      if (!byId.containsKey(added.task().id())) {
        add(added, owner);
        accepted.add(added.task().id());
      }
    }
    return accepted;
  }

  private void add(Submission added, String owner) {
    Duration wait = added.isDelayed() ? added.delay() : lease;
    LocalTask entry = new LocalTask(added.task(), this.added++, clock.instant().plus(wait));
    entry.owner = owner;
    entry.attempts = added.isDelayed() ? 0 : 1;
    byId.put(added.task().id(), entry);
    pending.add(entry);
  }

  @Override
  public synchronized List<Claim> claim(int limit, String owner) {
    List<Claim> claims = new ArrayList<>();
    pending.stream()
        .filter(entry -> entry.owner.equals(owner))
        .forEach(entry -> claims.add(new Claim(entry.task, entry.attempts, owner)));
    if (!claims.isEmpty()) {
      renew(claims);
      return claims;
    }
    Instant now = clock.instant();
    while (claims.size() < limit && !pending.isEmpty() && !pending.first().due.isAfter(now)) {
      LocalTask entry = pending.first();
      if (entry.attempts >= entry.task.maxAttempts()) {
        entry.owner = "";
        end(entry, DEAD, Optional.of("its node died in attempt " + entry.attempts));
      } else {
        entry.attempts++;
        entry.owner = owner;
        reschedule(entry, lease);
        claims.add(new Claim(entry.task, entry.attempts, owner));
      }
    }
    return claims;
  }

  @Override
  public synchronized Set<Claim> renew(List<Claim> claims) {
    Set<Claim> lost = new HashSet<>();
    for (Claim claim : claims) {
      LocalTask entry = byId.get(claim.task().id());
      if (entry == null || !entry.isHeld(claim.owner(), claim.attempt())) {
        lost.add(claim);
      } else if (entry.state == PENDING) {
        reschedule(entry, lease);
      }
    }
    return lost;
  }

  @Override
  public synchronized Set<Completion> settle(List<Completion> endings) {
    Set<Completion> refused = new HashSet<>();
    for (Completion ending : endings) {
      LocalTask entry = byId.get(ending.id());
      if (entry == null || !entry.isHeld(ending.owner(), ending.attempt())) {
        refused.add(ending);
      } else if (entry.state == PENDING) {
        settle(entry, ending.outcome());
      }
    }
    return refused;
  }

  private void settle(LocalTask entry, Completion.Outcome outcome) {
    if (outcome instanceof Done) {
      end(entry, DONE, Optional.empty());
    } else if (outcome instanceof Dead dead) {
      end(entry, DEAD, Optional.of(dead.error()));
    } else if (outcome instanceof Retry retry) {
      entry.error = Optional.of(retry.error());
      entry.owner = "";
      reschedule(entry, retry.delay());
    } else if (outcome instanceof HandBack back) {
      entry.attempts--;
      entry.owner = "";
      reschedule(entry, back.delay());
    } else if (outcome instanceof Discarded) {
      pending.remove(entry);
      byId.remove(entry.task.id());
    }
  }

  private void reschedule(LocalTask entry, Duration wait) {
    pending.remove(entry);
    entry.due = clock.instant().plus(wait);
    pending.add(entry);
  }

  private void end(LocalTask entry, TaskStatus.State state, Optional<String> error) {
    pending.remove(entry);
    entry.state = state;
    entry.error = error;
    if (state == DONE) {
      entry.dropPayload();
    }
    entry.due = clock.instant().plus(retention);
    ended.add(entry);
  }

  private void forgetEnded() {
    Instant now = clock.instant();
    for (LocalTask oldest = ended.peek();
        oldest != null && (ended.size() > REMEMBERED || !oldest.due.isAfter(now));
        oldest = ended.peek()) {
      ended.remove();
      byId.remove(oldest.task.id(), oldest);
    }
  }

  @Override
  public synchronized Optional<TaskStatus> find(TaskId id) {
    forgetEnded();
    return Optional.ofNullable(byId.get(id))
        .map(entry -> new TaskStatus(id, entry.state, entry.attempts, entry.error));
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public synchronized List<TaskId> endWithThisProcess() {
    return pending.stream().map(entry -> entry.task.id()).toList();
  }

  @Override
  public boolean isAnswering() {
    return true;
  }

  @Override
  public synchronized boolean isFull() {
    return pending.size() >= capacity;
  }
}
