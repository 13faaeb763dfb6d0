package dev.sluice.redis;

import dev.sluice.redis.RedisUrl.Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which primary of a cluster has which slot. Read from a node when it is first needed, corrected
 * slot by slot by redirections, and read again by one caller, at most twice a second, after a
 * redirection or a failure.
 */
final class SlotTable {

  private static final int SLOTS = 16_384;
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

  private final List<Address> seeds;
  private final Function<Address, NodeConnection> nodes;
  private final AtomicReferenceArray<@Nullable Address> primaries =
      new AtomicReferenceArray<>(SLOTS);
  private final ReentrantLock reading = new ReentrantLock();
  private volatile long readAt = System.nanoTime() - PAUSE_NANOS;
  private volatile boolean doubtful = true;

  SlotTable(List<Address> seeds, Function<Address, NodeConnection> nodes) {
    this.seeds = seeds;
    this.nodes = nodes;
  }

  /** Returns the slot's primary, as far as it is known without a call. */
  Optional<Address> known(int slot) {
    return Optional.ofNullable(primaries.get(slot));
  }

  /**
   * Returns the slot's primary.
   *
   * @throws RedisException if no node tells it
   */
  Address primaryOf(int slot) {
    Address known = primaries.get(slot);
    if (known != null && !doubtful) {
      return known;
    }
    Optional<RedisException> failure = readIfDue(known == null);
    known = primaries.get(slot);
    if (known != null) {
      return known;
    }
    throw failure.orElseGet(
        () -> RedisUnavailableException.failed("No node of Redis Cluster has slot " + slot));
  }

  /** All primaries that are known; those that the URL names if none is. */
  List<Address> primaries() {
    Set<Address> all = distinct();
    readIfDue(all.isEmpty());
    all = distinct();
    return all.isEmpty() ? seeds : List.copyOf(all);
  }

  Set<Address> distinct() {
    Set<Address> all = new LinkedHashSet<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      Address address = primaries.get(slot);
      if (address != null) {
        all.add(address);
      }
    }
    return all;
  }

  /** A node has said where the slot is now; others may have moved as well. */
  void moved(int slot, Address primary) {
    primaries.set(slot, primary);
    doubtful = true;
  }

  /** A node has failed: another may have taken over its slots. */
  void doubt() {
    doubtful = true;
  }

  /**
   * Reads the table, unless another caller does or did a moment ago.
   *
   * @param isUnknown whether to wait for that caller
   */
  private Optional<RedisException> readIfDue(boolean isUnknown) {
    if (!doubtful || !lock(isUnknown)) {
      return Optional.empty();
    }
    try {
      if (!doubtful || System.nanoTime() - readAt < PAUSE_NANOS) {
        return Optional.empty();
      }
      doubtful = false;
      Optional<RedisException> failure = read();
      readAt = System.nanoTime();
      doubtful |= failure.isPresent();
      return failure;
    } finally {
      reading.unlock();
    }
  }

  private boolean lock(boolean isUnknown) {
    try {
      return isUnknown
          ? reading.tryLock(DeadlineSocket.nanosLeft(), TimeUnit.NANOSECONDS)
          : reading.tryLock();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks node after node; returns why the last one did not tell. */
  private Optional<RedisException> read() {
    Set<Address> all = distinct();
    all.addAll(seeds);
    Optional<RedisException> failure = Optional.empty();
    for (Address address : all) {
      try {
        List<?> table = DeadlineSocket.inHalfTheTime(() -> nodes.apply(address).slots());
        if (write(table)) {
          return Optional.empty();
        }
        failure =
            Optional.of(
                RedisUnavailableException.failed(
                    "Redis at " + address + " is not in a cluster that has slots"));
      } catch (RedisException e) {
        failure = Optional.of(e);
      }
    }
    return failure;
  }

  /** Each range: the first slot, the last, and its nodes, the primary first. */
  private boolean write(List<?> ranges) {
    for (Object each : ranges) {
      List<?> range = (List<?>) each;
      List<?> node = (List<?>) range.get(2);
      Address primary =
          new Address(
              new String((byte[]) node.get(0), StandardCharsets.US_ASCII),
              ((Long) node.get(1)).intValue());
      for (int slot = number(range.get(0)); slot <= number(range.get(1)); slot++) {
        primaries.set(slot, primary);
      }
    }
    return !ranges.isEmpty();
  }

  private static int number(Object reply) {
    return ((Long) reply).intValue();
  }
}
