package dev.sluice.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** A clock that only the test moves; both a date and a {@link System#nanoTime}. */
public final class SettableClock implements InstantSource, LongSupplier {

  private volatile Instant now = Instant.ofEpochSecond(1_800_000_000);
  private volatile long nanos;

  public synchronized void advance(Duration by) {
    now = now.plus(by);
    nanos += by.toNanos();
  }

  public void advanceMicros(long micros) {
    advance(Duration.of(micros, ChronoUnit.MICROS));
  }

  /** Sets the date; {@link System#nanoTime} stays, as it does when an operator sets a clock. */
  public void setMicros(long sinceEpoch) {
    now = Instant.EPOCH.plus(sinceEpoch, ChronoUnit.MICROS);
  }

  public long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, now);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
