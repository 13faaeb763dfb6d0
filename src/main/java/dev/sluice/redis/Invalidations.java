package dev.sluice.redis;

/**
 * Receives what an {@link InvalidationListener} hears. All methods are called by the listener's one
 * thread, and must not block.
 */
public interface Invalidations {

  /** From now on every change of a key is reported. */
  void listening();

  /** A key was written, deleted or evicted, or has expired: by any client, this node included. */
  void changed(String key);

  /** All keys were deleted (FLUSHALL, FLUSHDB). */
  void flushed();

  /** From now on changes are not reported; those of a moment ago may not have been. */
  void disconnected();
}
