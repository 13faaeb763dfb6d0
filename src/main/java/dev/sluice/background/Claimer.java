package dev.sluice.background;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes what is due from the store and reads its payload: one call at a time, and none while others
 * are to renew.
 */
final class Claimer {

  private static final System.Logger LOG = System.getLogger(Claimer.class.getName());

  /** After an outage every node has found Redis again, and renewed its leases, within this time. */
  private static final Duration ALL_ARE_BACK = Duration.ofSeconds(3);

  /** Most tasks that a claim asks for. */
  private static final int MOST = 200;

  /** The time after which a payload that could not be read here is tried again. */
  private static final Duration UNREADABLE_DELAY = Duration.ofSeconds(5);

  private final TaskStore store;
  private final Leases held;
  private final LongSupplier nanoTime;
  private final Supplier<String> newOwner;
  private final CompletionReporter reporter;
  private final Consumer<List<Lease>> ready;
  private final PayloadReader payloads;
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile boolean moreIsDue;
  private volatile long claimFrom;

  /** The owner of a claim whose reply was lost. */
  private volatile Optional<String> unanswered = Optional.empty();

  private OptionalLong awaySince = OptionalLong.empty();

  /**
   * @param ready gets the tasks whose payloads have been read
   */
  Claimer(
      TaskStore store,
      Leases held,
      CompletionReporter reporter,
      LongSupplier nanoTime,
      Supplier<String> newOwner,
      Consumer<List<Lease>> ready) {
    this.store = store;
    this.held = held;
    this.reporter = reporter;
    this.nanoTime = nanoTime;
    this.newOwner = newOwner;
    this.ready = ready;
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
   * @throws RedisException if the store does not reply; the next claim asks for the same again
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
    ready.accept(leases.stream().filter(lease -> lease.payload().isPresent()).toList());
    List<Lease> unread = leases.stream().filter(Lease::isUnread).toList();
    while (!unread.isEmpty()) {
      List<Lease> batch = payloads.batch(unread);
      try {
        payloads.read(batch);
      } catch (RedisException e) {
        if (batch.size() == 1) {
          handBack(batch.get(0));
        }
        throw e;
      }
      batch.stream().filter(lease -> lease.payload().isEmpty()).forEach(this::end);
      ready.accept(batch.stream().filter(lease -> lease.payload().isPresent()).toList());
      unread = unread.subList(batch.size(), unread.size());
    }
  }

  /** Its payload did not arrive in time, although it was asked for alone. */
  private void handBack(Lease lease) {
    if (lease.withdraw()) {
      LOG.log(
          Level.WARNING,
          "The payload of {0}, {1} bytes, could not be read in time; tried again in {2}",
          lease,
          lease.task().payloadLength(),
          UNREADABLE_DELAY);
      reporter.add(new Completion(lease, new HandBack(UNREADABLE_DELAY)));
    }
  }

  /** The store has no payload of it. */
  private void end(Lease lease) {
    if (lease.withdraw()) {
      LOG.log(Level.ERROR, "{0} is dead: its payload is missing", lease);
      reporter.add(new Completion(lease, new Dead("its payload is missing")));
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
  synchronized void storeReplies(long now) {
    if (awaySince.isPresent() && now - awaySince.getAsLong() >= store.lease().toNanos() / 2) {
      claimFrom = now + ALL_ARE_BACK.toNanos();
    }
    awaySince = OptionalLong.empty();
  }
}
