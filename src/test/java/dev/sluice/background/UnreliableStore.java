package dev.sluice.background;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.testing.RedisProcess;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A shared store that can be away, or do what it is told and lose the reply. */
final class UnreliableStore implements TaskStore {

  enum Mood {
    ANSWERS,
    AWAY,
    LOSES_REPLIES
  }

  private final TaskStore store;
  private volatile Mood mood = Mood.ANSWERS;
  private volatile boolean answering = true;
  private volatile int calls;
  private volatile Runnable whenAsked = () -> {};

  UnreliableStore(TaskStore store) {
    this.store = store;
  }

  void become(Mood next) {
    mood = next;
  }

  void whenAsked(Runnable action) {
    whenAsked = action;
  }

  int calls() {
    return calls;
  }

  private synchronized <T> T ask(Supplier<T> question) {
    calls++;
    whenAsked.run();
    answering = mood == Mood.ANSWERS;
    if (mood == Mood.AWAY) {
      throw unavailable();
    }
    T answer = question.get();
    if (mood == Mood.LOSES_REPLIES) {
      throw unavailable();
    }
    return answer;
  }

  /** A genuine one: nobody listens there. */
  private static RedisUnavailableException unavailable() {
    URI nobody = URI.create("redis://127.0.0.1:" + RedisProcess.freePort());
    try (RedisConnection redis = new RedisConnection(nobody, "test", Duration.ofSeconds(1), 1)) {
      redis.call(jedis -> jedis.get("key"));
      throw new IllegalStateException("Somebody listens");
    } catch (RedisUnavailableException e) {
      return e;
    }
  }

  @Override
  public Duration lease() {
    return store.lease();
  }

  @Override
  public Set<TaskId> add(List<Submission> tasks, String owner) {
    return ask(() -> store.add(tasks, owner));
  }

  @Override
  public List<Claim> claim(int limit, String owner) {
    return ask(() -> store.claim(limit, owner));
  }

  @Override
  public Set<Claim> renew(List<Claim> claims) {
    return claims.isEmpty() && answering ? Set.of() : ask(() -> store.renew(claims));
  }

  @Override
  public Set<Completion> settle(List<Completion> endings) {
    return ask(() -> store.settle(endings));
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    return store.find(id);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<TaskId> endWithThisProcess() {
    return List.of();
  }

  @Override
  public boolean isAnswering() {
    return answering;
  }

  @Override
  public boolean isFull() {
    return store.isFull();
  }
}
