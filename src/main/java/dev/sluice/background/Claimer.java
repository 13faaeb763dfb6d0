package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Takes what is due from the store: one call at a time, and none while others are to renew. */
final class Claimer {

  /** After an outage every node has found Redis again, and renewed its leases, within this time. */
  private static final Duration ALL_ARE_BACK = Duration.ofSeconds(3);

  /** Gets claims, and a time before the store was asked for them. */
  interface Claimed {
    void take(List<Claim> claims, long before);
  }

  private final TaskStore store;
  private final LongSupplier nanoTime;
  private final Supplier<String> newOwner;
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile boolean moreIsDue;
  private volatile long claimFrom;

  /** The owner of a claim whose reply was lost. */
  private volatile Optional<String> unanswered = Optional.empty();

  private OptionalLong awaySince = OptionalLong.empty();

  Claimer(TaskStore store, LongSupplier nanoTime, Supplier<String> newOwner) {
    this.store = store;
    this.nanoTime = nanoTime;
    this.newOwner = newOwner;
    this.claimFrom = nanoTime.getAsLong();
  }

  /** Whether the last claim got as much as it asked for. */
  boolean isMoreDue() {
    return moreIsDue;
  }

  /**
   * Claims so many at the most, unless somebody does so now or others may still have to renew.
   *
   * @throws RedisException if the store does not answer; the next claim asks for the same again
   */
  void claim(int limit, Claimed claimed) {
    if (nanoTime.getAsLong() - claimFrom < 0 || !claiming.compareAndSet(false, true)) {
      return;
    }
    try {
      long before = nanoTime.getAsLong();
      String owner = unanswered.orElseGet(newOwner);
      unanswered = Optional.of(owner);
      List<Claim> claims = store.claim(limit, owner);
      unanswered = Optional.empty();
      moreIsDue = claims.size() >= limit;
      claimed.take(claims, before);
    } finally {
      claiming.set(false);
    }
  }

  /** Told by each tick that finds it so. */
  synchronized void storeIsAway(long now) {
    awaySince = awaySince.isPresent() ? awaySince : OptionalLong.of(now);
  }

  /**
   * Told by each tick that finds it so. If leases can have ended while nobody could renew them,
   * others may do so before they are claimed.
   */
  synchronized void storeAnswers(long now) {
    if (awaySince.isPresent() && now - awaySince.getAsLong() >= store.lease().toNanos() / 2) {
      claimFrom = now + ALL_ARE_BACK.toNanos();
    }
    awaySince = OptionalLong.empty();
  }
}
