package dev.sluice.cache.store;

import java.time.Duration;
import java.time.Instant;

/**
 * The times of an entry: when it was stored, until when it is fresh, and until when it may be
 * served stale. The stale bounds are never before {@code fresh}.
 */
public record Lifetime(
    Instant stored, Instant fresh, Instant staleWhileRevalidate, Instant staleIfError) {

  /** An entry stored further in the future than this was stored by a clock that was set back. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  public Lifetime {
    if (fresh.isBefore(stored)
        || staleWhileRevalidate.isBefore(fresh)
        || staleIfError.isBefore(fresh)) {
      throw new IllegalArgumentException("Times out of order");
    }
  }

  /** The lifetime of an entry that is stored now. */
  public static Lifetime from(
      Instant now, Duration fresh, Duration whileRevalidate, Duration ifError) {
    Instant until = now.plus(fresh);
    return new Lifetime(now, until, until.plus(whileRevalidate), until.plus(ifError));
  }

  /** Whether the entry may be served without revalidation. */
  public boolean isFresh(Instant now) {
    return now.isBefore(fresh) && !isFromTheFuture(now);
  }

  /** Whether the entry may be served while it is revalidated (RFC 5861, 3). */
  public boolean isUsableWhileRevalidating(Instant now) {
    return now.isBefore(staleWhileRevalidate) && !isFromTheFuture(now);
  }

  /** Whether the entry may be served when its revalidation fails (RFC 5861, 4). */
  boolean isUsableIfError(Instant now) {
    return now.isBefore(staleIfError) && !isFromTheFuture(now);
  }

  /** Whether the entry ends so soon that it is to be revalidated; never with zero. */
  boolean isDue(Duration ahead, Instant now) {
    return !ahead.isZero() && !now.isBefore(fresh.minus(ahead));
  }

  private boolean isFromTheFuture(Instant now) {
    return stored.isAfter(now.plus(SKEW));
  }

  /** The time after which the entry is useless. */
  public Instant end() {
    return later(staleWhileRevalidate, staleIfError);
  }

  /** The time since the entry was stored. */
  public Duration age(Instant now) {
    return now.isBefore(stored) ? Duration.ZERO : Duration.between(stored, now);
  }

  /** The same lifetime, ending at {@code cap} at the latest. */
  Lifetime cappedAt(Instant cap) {
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
