package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.QuotaOracle.Expected;
import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Receipt;
import dev.sluice.ratelimit.QuotaStore.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares every reply of a store with an oracle, on a random schedule that often meets the moment
 * at which quota returns, and the microsecond before it.
 */
final class OracleCheck {

  private static final long PERIOD = QuotaStoreContract.MINUTE;

  private record Made(long at, long amount, int cost) {}

  private final QuotaStoreContract contract;
  private final Algorithm algorithm;
  private final int limits;
  private final String name;
  private final QuotaOracle oracle;
  private final SplittableRandom random = new SplittableRandom(17);
  private final List<Made> made = new ArrayList<>();
  private Expected last = new Expected(0, 0, 0);

  /**
   * @param limits 1, or 2 to decide together with another limit that never refuses
   */
  OracleCheck(QuotaStoreContract contract, Algorithm algorithm, int limits, String name) {
    this.contract = contract;
    this.algorithm = algorithm;
    this.limits = limits;
    this.name = algorithm + " " + name;
    oracle = QuotaOracle.of(algorithm, PERIOD);
  }

  private List<Charge> charges(long amount, int cost) {
    String more = limits == 1 ? "" : "; 1000000/day";
    return Charges.of(Charges.policy(name, amount + "/minute" + more, algorithm), "c", cost);
  }

  void run(int steps, List<Long> amounts, boolean forces) {
    contract.clock.advanceMicros(10 * PERIOD);
    for (int step = 0; step < steps; step++) {
      contract.clock.advanceMicros(gap());
      long amount = amounts.get(random.nextInt(amounts.size()));
      int cost = 1 + random.nextInt((int) Math.min(4, amount) + (random.nextInt(20) == 0 ? 1 : 0));
      switch (random.nextInt(8)) {
        case 0 -> refund();
        case 1 -> peek(amount, cost);
        case 2 -> {
          if (forces) {
            force(amount, cost);
          }
        }
        default -> charge(amount, cost);
      }
    }
  }

  private long gap() {
    return switch (random.nextInt(8)) {
      case 0 -> Math.max(0, last.retry() - 1);
      case 1 -> last.retry();
      case 2 -> Math.max(0, last.reset() - 1);
      case 3 -> last.reset();
      case 4 -> 0;
      case 5 -> random.nextInt(10) == 0 ? 2 * PERIOD : 1;
      default -> random.nextLong(PERIOD / 10);
    };
  }

  private void peek(long amount, int cost) {
    require(contract.store().peek(charges(amount, cost)).get(0), amount, cost);
  }

  private void charge(long amount, int cost) {
    Reply reply = contract.store().run(charges(amount, cost), Mode.CHARGE);
    WindowState state = reply.states().get(0);
    assertThat(reply.receipt().at()).isEqualTo(now());
    if (!state.admits()) {
      require(state, amount, cost);
      last = oracle.state(now(), amount, cost);
      return;
    }
    assertThat(oracle.state(now(), amount, cost).retry()).as(name).isZero();
    oracle.charge(now(), amount, cost);
    made.add(new Made(now(), amount, cost));
    require(state, amount, 0);
    last = oracle.state(now(), amount, cost);
  }

  private void force(long amount, int cost) {
    Reply reply = contract.store().run(charges(amount, cost), Mode.FORCE);
    oracle.force(now(), amount, cost);
    long remaining = oracle.state(now(), amount, 1).remaining();
    assertThat(reply.states().get(0).remaining())
        .as(name)
        .isBetween(oracle.state(now() - 1, amount, 1).remaining(), remaining);
  }

  private void refund() {
    if (made.isEmpty()) {
      return;
    }
    Made one = made.remove(random.nextInt(made.size()));
    if (oracle.refund(now(), one.at(), one.amount(), one.cost())) {
      contract.store().refund(charges(one.amount(), one.cost()), new Receipt(one.at(), 0));
    }
  }

  private long now() {
    return contract.clock.micros();
  }

  /** Requires what the oracle says; a token may come a microsecond late, by rounding. */
  private void require(WindowState state, long amount, int cost) {
    Expected said =
        new Expected(
            state.remaining(), Charges.micros(state.reset()), Charges.micros(state.retry()));
    Expected expected = oracle.state(now(), amount, cost);
    if (algorithm != Algorithm.TOKEN_BUCKET) {
      assertThat(said).as(name).isEqualTo(expected);
      return;
    }
    Expected earlier = oracle.state(now() - 1, amount, cost);
    assertThat(said.remaining()).as(name).isBetween(earlier.remaining(), expected.remaining());
    if (said.remaining() == expected.remaining()) {
      assertThat(said.reset()).as(name).isBetween(expected.reset(), expected.reset() + 1);
    }
    assertThat(said.retry())
        .as(name)
        .isBetween(expected.retry(), Math.max(expected.retry() + 1, earlier.retry()));
  }
}
