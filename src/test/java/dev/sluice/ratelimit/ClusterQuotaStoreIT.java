package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Reply;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.ClusterSet;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on a cluster, and requests whose limits count clients of several slots. */
@StoreTest
class ClusterQuotaStoreIT extends QuotaStoreContract {

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(cluster.url(), "test", Duration.ofSeconds(5), 8);

  private final QuotaStore store =
      new RedisQuotaStore(connection, "test", Optional.of(clock::micros));

  @BeforeEach
  void empty() {
    cluster.flush();
  }

  @Override
  QuotaStore store() {
    return store;
  }

  private static List<Charge> of(String limits, String client) {
    return Charges.of(Charges.policy(limits, limits, Algorithm.SLIDING_WINDOW), client, 1);
  }

  /** One limit of each of three clients, in as many slots. */
  private static List<Charge> apart(int first, int second, int third) {
    return Stream.of(
            of(first + "/minute", "ann"),
            of(second + "/minute", "bob"),
            of(third + "/minute", "cy"))
        .flatMap(List::stream)
        .toList();
  }

  private List<Long> remaining(List<Charge> charges) {
    return store.peek(charges).stream().map(WindowState::remaining).toList();
  }

  @Test
  void chargesClientsOfAllSlots() {
    List<Charge> charges = apart(5, 6, 7);
    assertThat(connection.grouped(charges, charge -> charge.client().getBytes())).hasSize(3);
    assertThat(store.decide(charges))
        .extracting(WindowState::remaining)
        .containsExactly(4L, 5L, 6L);
    assertThat(remaining(charges)).containsExactly(4L, 5L, 6L);
  }

  @Test
  void takesBackWhatOtherSlotsHaveChargedWhenOneRefuses() {
    List<Charge> charges = apart(5, 1, 7);
    store.decide(charges);
    List<WindowState> refused = store.decide(charges);
    assertThat(refused).extracting(WindowState::isExceeded).containsExactly(false, true, false);
    assertThat(refused).extracting(WindowState::remaining).containsExactly(4L, 0L, 6L);
    assertThat(remaining(charges)).containsExactly(4L, 0L, 6L);
  }

  @Test
  void takesBackWhatOtherSlotsHaveChargedWhenOneCannotBeAsked() {
    List<Charge> charges = apart(5, 6, 7);
    store.decide(charges);
    QuotaStore failing = new RedisQuotaStore(connection, "test", Optional.of(this::micros));
    asked = 0;
    assertThatThrownBy(() -> failing.decide(charges)).isInstanceOf(QuotaStoreException.class);
    assertThat(remaining(charges)).containsExactly(4L, 5L, 6L);
  }

  private int asked;

  /** The third slot is asked with a time that the script does not take. */
  private long micros() {
    asked++;
    if (asked == 3) {
      throw new QuotaStoreException(new IllegalStateException("no reply"));
    }
    return clock.micros();
  }

  @Test
  void refundsByTheTimesOfAllSlots() {
    List<Charge> charges = apart(5, 6, 7);
    Reply reply = store.run(charges, Mode.CHARGE);
    clock.advance(Duration.ofSeconds(1));
    store.refund(charges, reply.receipt());
    assertThat(remaining(charges)).containsExactly(5L, 6L, 7L);
    store.decide(charges);
    store.reset(charges);
    assertThat(remaining(charges)).containsExactly(5L, 6L, 7L);
  }
}
