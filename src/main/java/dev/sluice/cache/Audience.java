package dev.sluice.cache;

/** Who may be given an answer that was made for somebody else. */
public enum Audience {

  /**
   * Everybody who is not logged in. A request with an {@code Authorization} field or a user
   * principal, however it logged in, passes the cache by. The answer is {@code public} and varies
   * by {@code Authorization} and {@code Cookie}, so that caches on the way keep apart too.
   */
  ANONYMOUS,

  /** Everybody, logged in or not: the answer does not depend on who asks. */
  EVERYONE,

  /**
   * Each user principal has an entry of their own, as has the crowd of those who are not logged in;
   * the answer is {@code private}. A request with {@code Authorization} but without a principal
   * passes the cache by: nobody knows who that is.
   */
  PRINCIPAL
}
