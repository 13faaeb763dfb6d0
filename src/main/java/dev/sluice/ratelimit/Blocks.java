package dev.sluice.ratelimit;

import java.util.ArrayList;
import java.util.List;

/** The effect of the block of a policy on the limits of that policy. */
final class Blocks {

  private Blocks() {}

  /** Returns the states with those of a blocked policy as long as the block. */
  static List<WindowState> applied(List<Charge> charges, List<WindowState> states) {
    List<WindowState> applied = states;
    for (int block = 0; block < charges.size(); block++) {
      if (isBlocking(charges, states, block)) {
        applied = applied == states ? new ArrayList<>(states) : applied;
        for (int i = block - Charge.siblings(charges, block); i < block; i++) {
          applied.set(i, states.get(i).blocked(states.get(block).retry()));
        }
      }
    }
    return applied;
  }

  private static boolean isBlocking(List<Charge> charges, List<WindowState> states, int place) {
    return charges.get(place).counting().isBlock() && !states.get(place).admits();
  }

  /**
   * Whether a refusal can be repeated without asking the store: not if requests may end at any
   * time, and not if each refusal counts towards a block.
   *
   * @param states as the store returned them
   */
  static boolean isRepeatable(List<Charge> charges, List<WindowState> states) {
    boolean isRepeatable = true;
    for (int i = 0; i < charges.size(); i++) {
      if (isBlocking(charges, states, i)) {
        return true;
      }
      Counting counting = charges.get(i).counting();
      isRepeatable &= !(counting.isConcurrent() && !states.get(i).admits());
      isRepeatable &= !(counting.isBlock() && isRefused(charges, states, i));
    }
    return isRepeatable;
  }

  /** Whether a limit refuses of the policy whose block is at {@code place}. */
  static boolean isRefused(List<Charge> charges, List<WindowState> states, int place) {
    for (int i = place - Charge.siblings(charges, place); i < place; i++) {
      if (!states.get(i).admits()) {
        return true;
      }
    }
    return false;
  }
}
