package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CacheKeysTest {

  record Point(int x, String y) {}

  enum One {
    A
  }

  enum Other {
    A
  }

  record Nested(Nested inner) {}

  private static String hash(Object... values) {
    return CacheKeys.hash(Arrays.asList(values));
  }

  @Test
  void differentValuesNeverMakeOneKey() {
    List<Object[]> keys =
        List.of(
            new Object[] {},
            new Object[] {(Object) null},
            new Object[] {""},
            new Object[] {"null"},
            new Object[] {"a", "b"},
            new Object[] {"ab"},
            new Object[] {"a", "", "b"},
            new Object[] {"aSb", "c"},
            new Object[] {"a", "bSc"},
            new Object[] {"a", "Sb"}, // equal bytes to the next but for the lengths
            new Object[] {"a\u5300", "b"},
            new Object[] {List.of("a", "b")},
            new Object[] {List.of("a"), "b"},
            new Object[] {Set.of("a", "b")},
            new Object[] {Map.of("a", "b")},
            new Object[] {1},
            new Object[] {"1"},
            new Object[] {'1'},
            new Object[] {1.0},
            new Object[] {new BigDecimal("1")},
            new Object[] {new BigDecimal("1.0")},
            new Object[] {true},
            new Object[] {"true"},
            new Object[] {Optional.empty()},
            new Object[] {Optional.of("a")},
            new Object[] {new Point(1, "a")},
            new Object[] {new Point(1, "b")},
            new Object[] {DayOfWeek.MONDAY},
            new Object[] {"MONDAY"},
            new Object[] {LocalDate.EPOCH},
            new Object[] {LocalDate.EPOCH.toString()},
            new Object[] {Instant.EPOCH},
            new Object[] {new UUID(0, 0)},
            new Object[] {"\ud800"},
            new Object[] {"\udc00"},
            new Object[] {"?"},
            new Object[] {One.A},
            new Object[] {Other.A},
            new Object[] {-0.0},
            new Object[] {0.0});
    assertThat(new HashSet<>(keys.stream().map(CacheKeysTest::hash).toList())).hasSameSizeAs(keys);
  }

  @Test
  void equalValuesMakeOneKeyWhateverHoldsThem() {
    assertThat(
            Stream.of((byte) 7, (short) 7, 7, 7L, BigInteger.valueOf(7)).map(CacheKeysTest::hash))
        .containsOnly(hash(7));
    assertThat(hash((Object) new int[] {1, 2})).isEqualTo(hash(List.of(1, 2)));
    assertThat(hash(new LinkedHashSet<>(List.of("b", "a"))))
        .isEqualTo(hash(new LinkedHashSet<>(List.of("a", "b"))));
  }

  @Test
  void refusesWhatItCannotTellApart() {
    assertThatThrownBy(() -> hash(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a key cannot hold a java.lang.Object");
  }

  @Test
  void refusesValuesNestedTooDeep() {
    Nested nested = new Nested(null);
    for (int i = 0; i < 1_000_000; i++) {
      nested = new Nested(nested);
    }
    Nested deep = nested;
    assertThatThrownBy(() -> hash(deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested this deep");
  }

  @Test
  void isOfCharactersThatMayStandInAKey() {
    assertThat(hash("x")).matches("[A-Za-z0-9_-]{32}");
  }
}
