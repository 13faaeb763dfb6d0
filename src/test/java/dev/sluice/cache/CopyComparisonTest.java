package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.json.CopyComparison;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.JsonbException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whether the copy of a value that later callers get is the value that the first one got. */
class CopyComparisonTest {

  private static final Jsonb JSON = JsonbBuilder.create(new JsonbConfig().withNullValues(true));

  /** A record. */
  public record Plain(String text, int number, BigDecimal amount, LocalDate date) {}

  /** A class with a subclass. */
  public static class Parent {
    public String text = "";

    @Override
    public boolean equals(Object other) {
      return other instanceof Parent that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }

  /** A subclass, which equals its parent. */
  public static class Child extends Parent {
    public int more = 1;
  }

  /** State that JSON does not see and that equals leaves out. */
  public static class Hidden extends Parent {
    private int hidden;

    Hidden with(int value) {
      hidden = value;
      return this;
    }

    int twice() {
      return hidden * 2;
    }

    public Hidden() {}
  }

  @Test
  void findsEachKindOfDifference() {
    Parent value = new Parent();
    assertThat(CopyComparison.difference(new Child(), value)).contains("value");
    assertThat(CopyComparison.difference(List.of(value, new Child()), List.of(value, value)))
        .contains("value[1]");
    assertThat(CopyComparison.difference(new Hidden().with(1), new Hidden()))
        .contains("value.hidden");
    assertThat(CopyComparison.difference(Map.of("k", new Child()), Map.of("k", value)))
        .contains("value{k}");
    assertThat(CopyComparison.difference(Set.of(new Child()), Set.of(value))).contains("value[]");
    assertThat(CopyComparison.difference(Optional.of(1), Optional.of(1L))).contains("value");
    assertThat(CopyComparison.difference(new int[] {1}, new int[] {2})).contains("value[0]");
    assertThat(CopyComparison.difference(1, null)).contains("value");
    assertThat(CopyComparison.difference(List.of(1), Set.of(1))).contains("value");
    Map<String, Integer> reversed = new TreeMap<>(Comparator.reverseOrder());
    assertThat(CopyComparison.difference(reversed, new TreeMap<>())).contains("value");
    assertThat(
            CopyComparison.difference(
                new LinkedHashSet<>(List.of("b", "a")), new LinkedHashSet<>(List.of("a", "b"))))
        .contains("value[0]");
  }

  @Test
  void findsNoDifferenceBetweenEqualValues() {
    assertThat(CopyComparison.difference(List.of(1, 2), new java.util.ArrayList<>(List.of(1, 2))))
        .isEmpty();
    assertThat(CopyComparison.difference(Set.of(1, 2, 3), new HashSet<>(Set.of(3, 2, 1))))
        .isEmpty();
    assertThat(CopyComparison.difference(new Hidden().with(3), new Hidden().with(3))).isEmpty();
    assertThat(CopyComparison.difference(null, null)).isEmpty();
  }

  /** A type with one of its values. */
  record Typed(Type type, Object value) {}

  @Provide
  Arbitrary<Typed> typed() {
    return typed(3);
  }

  private static Arbitrary<Typed> typed(int depth) {
    Arbitrary<Typed> leaf =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(5).map(v -> new Typed(String.class, v)),
            Arbitraries.integers().map(v -> new Typed(Integer.class, v)),
            Arbitraries.longs().map(v -> new Typed(Long.class, v)),
            Arbitraries.doubles().map(v -> new Typed(Double.class, v)),
            Arbitraries.bigDecimals().ofScale(3).map(v -> new Typed(BigDecimal.class, v)),
            Arbitraries.of(true, false).map(v -> new Typed(Boolean.class, v)),
            Arbitraries.of(Thread.State.values()).map(v -> new Typed(Thread.State.class, v)),
            Arbitraries.integers()
                .map(
                    v ->
                        new Typed(
                            Plain.class, new Plain("t" + v, v, BigDecimal.ONE, LocalDate.EPOCH))),
            Arbitraries.of(new Parent(), new Child()).map(v -> new Typed(Parent.class, v)),
            Arbitraries.integers().map(v -> new Typed(Hidden.class, new Hidden().with(v))));
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<Typed> inner = typed(depth - 1);
    Arbitrary<Integer> size = Arbitraries.integers().between(0, 3);
    return Arbitraries.oneOf(
        leaf,
        Combinators.combine(inner, size)
            .as(
                (of, n) ->
                    new Typed(
                        generic(List.class, of), java.util.Collections.nCopies(n, of.value()))),
        inner.map(of -> new Typed(generic(Set.class, of), new LinkedHashSet<>(Set.of(of.value())))),
        inner.map(of -> new Typed(generic(Optional.class, of), Optional.of(of.value()))),
        Combinators.combine(inner, size)
            .as(
                (of, n) -> {
                  Map<String, Object> map = new LinkedHashMap<>();
                  for (int i = n; i > 0; i--) {
                    map.put("key" + i * 7, of.value());
                  }
                  return new Typed(generic(Map.class, new Typed(String.class, ""), of), map);
                }));
  }

  private static Type generic(Class<?> raw, Typed... arguments) {
    Type[] types = java.util.Arrays.stream(arguments).map(Typed::type).toArray(Type[]::new);
    return new java.lang.reflect.ParameterizedType() {
      @Override
      public Type[] getActualTypeArguments() {
        return types.clone();
      }

      @Override
      public Type getRawType() {
        return raw;
      }

      @Override
      public Type getOwnerType() {
        return null;
      }
    };
  }

  /** Says all of a value that a caller can see, by another way than the comparison goes. */
  private static String shown(Object value) {
    if (value instanceof Optional<?> optional) {
      return "optional " + optional.map(CopyComparisonTest::shown);
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream().map(e -> e.getKey() + "=" + shown(e.getValue())).toList() + "";
    } else if (value instanceof java.util.Collection<?> all) {
      return (all instanceof Set ? "set " : "list ")
          + all.stream().map(CopyComparisonTest::shown).toList();
    } else if (value instanceof Hidden hidden) {
      return "hidden " + hidden.text + hidden.twice();
    } else if (value instanceof Child child) {
      return "child " + child.text + child.more;
    } else if (value instanceof Parent parent) {
      return "parent " + parent.text;
    }
    return value.getClass().getName() + " " + value;
  }

  @Property(tries = 2_000)
  void givesTheSecondCallerWhatTheFirstGotOrStoresNothing(@ForAll("typed") Typed typed) {
    Object copy;
    try {
      ListType type = new ListType(typed.type());
      String json = JSON.toJson(java.util.Collections.singletonList(typed.value()), type);
      List<?> read = JSON.fromJson(new java.io.ByteArrayInputStream(json.getBytes(UTF_8)), type);
      copy = read.get(0);
    } catch (JsonbException | ClassCastException e) {
      return; // not stored
    }
    if (CopyComparison.difference(typed.value(), copy).isEmpty()) {
      assertThat(shown(copy)).isEqualTo(shown(typed.value()));
    }
  }
}
