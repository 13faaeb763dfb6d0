package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes what is due from the store and reads its payload: one call at a time, and none while others
 * are to renew.
 */
final class Claimer {

  /** After an outage every node has found Redis again, and renewed its leases, within this time. */
  private static final Duration ALL_ARE_BACK = Duration.ofSeconds(3);

  /** Most tasks that a claim asks for. */
  private static final int MOST = 200;

  /** What becomes of claimed tasks. */
  interface Claimed {
    /** Their payloads have been read. */
    void ready(List<Lease> leases);

    /** The payload of this one is not in the store. */
    void withoutPayload(Lease lease);

    /** The payload of this one, asked for alone, did not arrive in time. */
    void unreadable(Lease lease);
  }

  private final TaskStore store;
  private final Leases held;
  private final LongSupplier nanoTime;
  private final Supplier<String> newOwner;
  private final Claimed claimed;
  private final PayloadReader payloads;
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile boolean moreIsDue;
  private volatile long claimFrom;

  /** The owner of a claim whose reply was lost. */
  private volatile Optional<String> unanswered = Optional.empty();

  private OptionalLong awaySince = OptionalLong.empty();

  Claimer(
      TaskStore store,
      Leases held,
      LongSupplier nanoTime,
      Supplier<String> newOwner,
      Claimed claimed) {
    this.store = store;
    this.held = held;
    this.nanoTime = nanoTime;
    this.newOwner = newOwner;
    this.claimed = claimed;
    this.payloads = new PayloadReader(store);
    this.claimFrom = nanoTime.getAsLong();
  }

  /** Whether the last claim got as much as it asked for. */
  boolean isMoreDue() {
    return moreIsDue;
  }

  /**
   * Claims so many at the most, unless another thread does so now or other nodes may still have to
   * renew. What was claimed before and could not be read comes first.
   *
   * @throws RedisException if the store does not answer; the next claim asks for the same again
   */
  void claim(int limit) {
    if (nanoTime.getAsLong() - claimFrom < 0 || !claiming.compareAndSet(false, true)) {
      return;
    }
    try {
      List<Lease> unread = held.unread();
      if (unread.isEmpty() && limit > 0) {
        unread = claimNew(Math.min(limit, MOST));
      }
      read(unread);
    } finally {
      claiming.set(false);
    }
  }

  private List<Lease> claimNew(int limit) {
    long before = nanoTime.getAsLong();
    String owner = unanswered.orElseGet(newOwner);
    unanswered = Optional.of(owner);
    List<Lease> leases = store.claim(limit, owner);
    unanswered = Optional.empty();
    moreIsDue = leases.size() >= limit;
    held.hold(leases, before);
    return leases;
  }

  private void read(List<Lease> leases) {
    List<Lease> ready = leases.stream().filter(lease -> lease.payload().isPresent()).toList();
    claimed.ready(ready);
    List<Lease> unread = leases.stream().filter(Lease::isUnread).toList();
    while (!unread.isEmpty()) {
      List<Lease> batch = payloads.batch(unread);
      try {
        payloads.read(batch);
      } catch (RedisException e) {
        if (batch.size() == 1) {
          claimed.unreadable(batch.get(0));
        }
        throw e;
      }
      batch.stream().filter(lease -> lease.payload().isEmpty()).forEach(claimed::withoutPayload);
      claimed.ready(batch.stream().filter(lease -> lease.payload().isPresent()).toList());
      unread = unread.subList(batch.size(), unread.size());
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
