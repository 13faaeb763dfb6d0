package dev.sluice.redis;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls of one feature, to whichever node. */
final class CallCounters {

  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder notCalled = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  void called(long tookNanos) {
    calls.increment();
    nanos.add(tookNanos);
  }

  void notCalled() {
    notCalled.increment();
  }

  /** Returns the failure, which is counted if Redis was unavailable. */
  RedisException failed(RedisException failure) {
    if (failure instanceof RedisUnavailableException) {
      failures.increment();
    }
    return failure;
  }

  RedisStatistics statistics() {
    return new RedisStatistics(
        calls.sum(), failures.sum(), notCalled.sum(), Duration.ofNanos(nanos.sum()));
  }
}
