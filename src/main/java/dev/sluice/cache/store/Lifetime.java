package dev.sluice.cache.store;

import java.time.Duration;
import java.time.Instant;

/**
 * When an entry was stored and until when it may be used; the stale bounds are never before fresh.
 */
public record Lifetime(
    Instant stored, Instant fresh, Instant staleWhileRevalidate, Instant staleIfError) {

  /** An entry from further ahead than this was stored by a clock that has been set back since. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  public Lifetime {
    if (fresh.isBefore(stored)
        || staleWhileRevalidate.isBefore(fresh)
        || staleIfError.isBefore(fresh)) {
      throw new IllegalArgumentException("Times out of order");
    }
  }

  public static Lifetime from(
      Instant now, Duration fresh, Duration whileRevalidate, Duration ifError) {
    Instant until = now.plus(fresh);
    return new Lifetime(now, until, until.plus(whileRevalidate), until.plus(ifError));
  }

  public boolean isFresh(Instant now) {
    return now.isBefore(fresh) && !isFromTheFuture(now);
  }

  public boolean isUsableWhileRevalidating(Instant now) {
    return now.isBefore(staleWhileRevalidate) && !isFromTheFuture(now);
  }

  public boolean isUsableIfError(Instant now) {
    return now.isBefore(staleIfError) && !isFromTheFuture(now);
  }

  private boolean isFromTheFuture(Instant now) {
    return stored.isAfter(now.plus(SKEW));
  }

  /** The last moment of any use. */
  public Instant end() {
    return later(staleWhileRevalidate, staleIfError);
  }

  public Duration age(Instant now) {
    return now.isBefore(stored) ? Duration.ZERO : Duration.between(stored, now);
  }

  public Lifetime cappedAt(Instant cap) {
    Instant least = later(cap, stored);
    return new Lifetime(
        stored,
        earlier(fresh, least),
        earlier(staleWhileRevalidate, least),
        earlier(staleIfError, least));
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isBefore(b) ? b : a;
  }
}
