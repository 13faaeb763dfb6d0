package dev.sluice.background;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisException;
import dev.sluice.testing.RedisProcess;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A shared store that can be away, do what it is told and lose the reply, be slow with payloads, or
 * lose tasks.
 */
final class UnreliableStore extends ForwardingStore {

  enum Mood {
    REPLIES,
    AWAY,
    LOSES_REPLIES
  }

  private volatile Mood mood = Mood.REPLIES;
  private volatile boolean available = true;
  private volatile int calls;
  private volatile int mostPayloadBytes = Integer.MAX_VALUE;
  private volatile int payloadCalls;
  private volatile Runnable whenAsked = () -> {};

  UnreliableStore(TaskStore store) {
    super(store);
  }

  void become(Mood next) {
    mood = next;
  }

  void whenAsked(Runnable action) {
    whenAsked = action;
  }

  /** Lets no more bytes arrive in time. */
  void throttle(int bytes) {
    mostPayloadBytes = bytes;
  }

  /** Forgets a task, as a failover does whose new primary never heard of it. */
  void lose(Lease lease) {
    store.settle(List.of(new Completion(lease, new Completion.Discarded())));
  }

  int calls() {
    return calls;
  }

  int payloadCalls() {
    return payloadCalls;
  }

  private synchronized <T> T ask(Supplier<T> question) {
    calls++;
    whenAsked.run();
    available = mood == Mood.REPLIES;
    if (mood == Mood.AWAY) {
      throw unavailable();
    }
    T reply = question.get();
    if (mood == Mood.LOSES_REPLIES) {
      throw unavailable();
    }
    return reply;
  }

  /** A genuine one: nobody listens there. */
  private static RedisException unavailable() {
    URI nobody = URI.create("redis://127.0.0.1:" + RedisProcess.freePort());
    try (RedisConnection redis = new RedisConnection(nobody, "test", Duration.ofSeconds(1), 1)) {
      redis.call(jedis -> jedis.get("key"));
      throw new IllegalStateException("A process listens");
    } catch (RedisException e) {
      return e;
    }
  }

  @Override
  public Set<TaskId> add(List<Submission> tasks, String owner) {
    return ask(() -> store.add(tasks, owner));
  }

  @Override
  public void restore(Collection<Lease> leases) {
    ask(
        () -> {
          store.restore(leases);
          return leases;
        });
  }

  /** Without payloads, as Redis. */
  @Override
  public List<Lease> claim(int limit, String owner) {
    return ask(
        () ->
            store.claim(limit, owner).stream()
                .map(
                    lease ->
                        new Lease(lease.task(), lease.attempt(), lease.owner())
                            .withLastError(lease.lastError()))
                .toList());
  }

  @Override
  public Map<TaskId, String> payloads(List<Lease> leases) {
    payloadCalls++;
    if (leases.stream().mapToInt(lease -> lease.task().payloadLength()).sum() > mostPayloadBytes) {
      throw unavailable();
    }
    return ask(() -> store.payloads(leases));
  }

  @Override
  public NotApplied<Lease> renew(List<Lease> leases) {
    return leases.isEmpty() && available ? NotApplied.none() : ask(() -> store.renew(leases));
  }

  @Override
  public NotApplied<Completion> settle(List<Completion> completions) {
    return ask(() -> store.settle(completions));
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<Task> endWithThisProcess() {
    return List.of();
  }

  @Override
  public boolean isAvailable() {
    return available;
  }
}
