package dev.sluice.ratelimit;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is set. */
final class SettableClock implements InstantSource {

  private long micros = 1_800_000_000_000_000L;

  long micros() {
    return micros;
  }

  void set(long micros) {
    this.micros = micros;
  }

  void advance(long micros) {
    this.micros += micros;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
