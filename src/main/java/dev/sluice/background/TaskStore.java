package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The queue: tasks by the time at which each is next due. A held task is one that is due when its
 * lease ends. Every method throws {@link RedisException} where the store is Redis and Redis does
 * not reply; what was asked may then have happened all the same.
 */
interface TaskStore {

  /** How long a lease lasts without being renewed. */
  Duration lease();

  /**
   * Adds all of these or none. {@code owner} holds them from the start, those that are delayed in
   * attempt 0, in which only {@link Completion.Discarded} can end them. A duplicate of a task that
   * has not ended confirms it: it can no longer be discarded.
   *
   * @return the ids of those that are new; the others were there already
   * @throws TaskRejection if the queue is full
   */
  Set<TaskId> add(List<Submission> tasks, String owner);

  /**
   * Adds leases that the store has lost, with their owner and attempt, whatever its capacity. Does
   * nothing for a task that it has.
   */
  void restore(Collection<Lease> leases);

  /**
   * Takes what is due, longest due first. Each claim counts as an attempt, also beyond the last:
   * the caller ends such a task. One of a task whose holder has died before it began takes over
   * that attempt. Asked again with the same owner, within a lease, it returns the same leases
   * again, less those that are over: nothing is lost with a reply.
   *
   * @param owner the node's name, a dot, and what tells this call from its others
   * @return leases whose payload may be still unread
   */
  List<Lease> claim(int limit, String owner);

  /**
   * Reads the payloads of these, which are about to begin: their attempts count from here on. One
   * that is not there is missing in the reply.
   */
  Map<TaskId, String> payloads(List<Lease> leases);

  /** Renews these leases, and remembers which of them have begun. */
  NotApplied<Lease> renew(List<Lease> leases);

  /** Records how leases ended. To say it twice is harmless. */
  NotApplied<Completion> settle(List<Completion> completions);

  /** Makes those parked tasks due that have one of these handlers. */
  void unpark(Collection<String> handlers);

  /** How far a task is; empty when it was never added, or ended longer ago than the retention. */
  Optional<TaskStatus> find(TaskId id);

  /**
   * Ends a task that waits; asks its holder to end one that is held. Does nothing about a task that
   * has ended.
   */
  void cancel(TaskId id);

  /** What nodes are asked to do now. */
  TaskSignals signals();

  /** Asks all nodes to begin no task, or to begin them again. */
  void pause(boolean paused);

  /** How many tasks are where. */
  TaskDepths depths();

  /** Remembers the progress of these. */
  void progress(Map<TaskId, Double> fractions);

  /** The dead tasks, latest first. */
  List<TaskStatus> dead(int limit);

  /** Makes these dead tasks due with all their attempts; returns those that were dead. */
  Set<TaskId> requeue(Collection<TaskId> ids);

  /** Forgets these dead tasks; returns those that were dead. */
  Set<TaskId> discard(Collection<TaskId> ids);

  /** Makes all dead tasks of this handler due with all their attempts; returns how many. */
  int requeueAll(String handler);

  /** Forgets all dead tasks of this handler; returns how many. */
  int discardAll(String handler);

  /** Whether another node could take what this one hands back. */
  boolean isShared();

  /** Those tasks that end with this process, done or not. */
  List<Task> endWithThisProcess();

  /** Whether a call has a chance now; known without a call. One failed call does not end that. */
  boolean isAvailable();

  /** Whether it was full a moment ago; known without asking. */
  boolean isFull();
}
