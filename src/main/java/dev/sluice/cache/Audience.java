package dev.sluice.cache;

/** The clients that may share a cached response. */
public enum Audience {

  /**
   * Clients without a login share one response. A request with an {@code Authorization} field or a
   * user principal bypasses the cache. The response is {@code public} and varies by {@code
   * Authorization} and {@code Cookie}, so that caches between client and server distinguish too.
   */
  ANONYMOUS,

  /** All clients share one response, with a login or without: it does not depend on the client. */
  EVERYONE,

  /**
   * Each user has an entry, and one for each {@code Authorization} field that the user sends, since
   * tokens of one user may permit different things. All clients without a login share one; the
   * response is {@code private}. A request with {@code Authorization} but without a user principal
   * bypasses the cache, because the client is not identified.
   */
  PRINCIPAL
}
