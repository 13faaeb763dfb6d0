package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingEvictionsTest {

  private static final Eviction FIRST = new Eviction.OfTag("first");
  private static final Eviction ALL = new Eviction.OfCache("products");

  private final PendingEvictions pending = new PendingEvictions(2, () -> List.of(ALL));
  private final List<Eviction> taken = new ArrayList<>();

  /** A change after the older deletion and before the end of its replay needs one of its own. */
  @Test
  void keepsEvictionAddedAgainDuringItsReplay() {
    pending.add(FIRST);
    boolean done =
        pending.replay(
            eviction -> {
              taken.add(eviction);
              pending.add(FIRST);
            });
    assertThat(done).isFalse();
    assertThat(pending.replay(taken::add)).isTrue();
    assertThat(taken).containsExactly(FIRST, FIRST);
  }

  @Test
  void replacesTooManyEvictionsByAll() {
    for (int i = 0; i < 3; i++) {
      pending.add(new Eviction.OfTag("tag " + i));
    }
    assertThat(pending.replay(taken::add)).isTrue();
    assertThat(taken).containsExactly(ALL);
  }
}
