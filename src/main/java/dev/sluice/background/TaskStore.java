package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queue: tasks by the time at which each is next due. A held task is one that is due when its
 * lease ends. Every method throws {@link RedisException} where the store is Redis and it does not
 * answer; what was asked may then have happened all the same.
 */
interface TaskStore {

  /** How long a claim is good for without being renewed. */
  Duration lease();

  /**
   * Adds all of these or none. They are {@code owner}'s from the start, those that are delayed in
   * attempt 0, in which only {@link Completion.Discarded} can end them.
   *
   * @return the ids of those that are new; the others were there already
   * @throws TaskRejection if the queue is full
   */
  Set<TaskId> add(List<Submission> tasks, String owner);

  /**
   * Takes what is due, longest due first. Each claim counts as an attempt; a task that has used all
   * of its attempts is dead instead. Asked again with the same owner, within a lease, it gives the
   * same claims again, less those that are over: nothing is lost with a reply.
   *
   * @param owner the node's name, a dot, and what tells this call from its others
   */
  List<Claim> claim(int limit, String owner);

  /**
   * Starts the leases of these anew.
   *
   * @return those that are not their owner's any more
   */
  Set<Claim> renew(List<Claim> claims);

  /**
   * Records how claims ended. To say it twice is harmless.
   *
   * @return those that were not the owner's to end, and changed nothing
   */
  Set<Completion> settle(List<Completion> endings);

  /** How far a task is; empty when it was never added, or ended longer ago than the retention. */
  Optional<TaskStatus> find(TaskId id);

  /** Whether another node could take what this one hands back. */
  boolean isShared();

  /** Ids of those tasks that end with this process, done or not. */
  List<TaskId> endWithThisProcess();

  /** Whether a call has a chance now; known without a call. One failed call does not end that. */
  boolean isAnswering();

  /** Whether it was full a moment ago; known without asking. */
  boolean isFull();
}
