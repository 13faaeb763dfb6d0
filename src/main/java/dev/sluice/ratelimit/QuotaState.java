package dev.sluice.ratelimit;

/**
 * How one quota stands after a decision.
 *
 * @param remaining what may still be used
 * @param resetMicros microseconds until more remains; 0 if nothing is used
 * @param retryMicros microseconds until the cost asked for fits; 0 if it does
 */
record QuotaState(long remaining, long resetMicros, long retryMicros) {

  boolean admits() {
    return retryMicros == 0;
  }
}
