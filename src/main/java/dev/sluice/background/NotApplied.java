package dev.sluice.background;

import java.util.Set;

/**
 * The leases or completions to which a call to the store did not apply.
 *
 * @param taken those of tasks that another owner holds, or has ended
 * @param missing those of tasks that the store does not have, as after a failover that lost writes
 */
record NotApplied<T>(Set<T> taken, Set<T> missing) {

  static <T> NotApplied<T> none() {
    return new NotApplied<>(Set.of(), Set.of());
  }
}
