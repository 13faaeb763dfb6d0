package dev.sluice.ratelimit;

/** The quota store is unavailable. */
class QuotaStoreException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  QuotaStoreException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
