package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Eviction;
import dev.sluice.testing.TestSettings;
import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** A value cache that is filled with values of many types, each read twice. */
abstract class ValueCacheModel {

  /** A record of scalars. */
  public record Plain(String text, int number, BigDecimal amount, LocalDate date) {}

  /** A class with a subclass. */
  public static class Parent {
    public String text = "t";
  }

  /** A subclass, which JSON reads back as its superclass. */
  public static class Child extends Parent {
    public int more = 1;
  }

  /** State that JSON loses, but for the property that hides it from deployment checks. */
  public static class Hidden {
    private int hidden;

    public void setOther(int value) {}

    Hidden with(int value) {
      hidden = value;
      return this;
    }
  }

  /** Cached methods of many types. */
  public static class Source {
    private @Nullable Object next;

    @SuppressWarnings("unchecked")
    private <T> T next() {
      return (T) next;
    }

    @Cached(expire = 30)
    public String text(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Long number(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Optional<Integer> optional(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Plain plain(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Parent parent(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Hidden hidden(int call) {
      return next();
    }

    @Cached(expire = 30)
    public List<Parent> parents(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Set<Integer> set(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Map<String, List<Hidden>> map(int call) {
      return next();
    }

    @Cached(expire = 30)
    public Map<String, Integer> order(int call) {
      return next();
    }

    @Cached(expire = 30)
    public List<Number> mixed(int call) {
      return next();
    }

    @Cached(expire = 30)
    public int[] array(int call) {
      return next();
    }

    @Cached(expire = 30)
    public List<Optional<Thread.State>> states(int call) {
      return next();
    }
  }

  /** The name of a method and a value that it returns. */
  record Returned(String method, @Nullable Object value) {}

  private final Source source = new Source();
  private final ValueCache values = new ValueCache();
  private final Map<String, CacheDeclaration> declarations = new HashMap<>();
  private @Nullable CoalescingCache cache;

  /** A cache on the store under test. */
  abstract CoalescingCache open();

  private CoalescingCache cache() {
    if (cache == null) {
      cache = open();
      CacheSettings settings = new CacheSettings(TestSettings.of(Map.of()));
      values.cache = cache;
      values.settings = settings;
      values.conditions = new Conditions();
      values.keys = new CacheKeyFactory();
      values.keys.settings = settings;
      values.transactions =
          new Transactions() {
            @Override
            boolean isActive() {
              return false;
            }
          };
      new CacheValidator(settings, type -> false, List.of(), new Locators())
          .declarations(Source.class)
          .forEach(each -> declarations.put(each.method().getName(), each));
    }
    return cache;
  }

  @Label("fastjson2#1190, redisson#3594: the second caller gets what the first one got")
  @Property(tries = 300)
  void secondCallerGetsWhatTheFirstOneGotOrTheMethodRunsAgain(@ForAll("returned") Returned returned)
      throws Exception {
    CoalescingCache opened = cache();
    CacheDeclaration declaration = Objects.requireNonNull(declarations.get(returned.method()));
    opened.evict(new Eviction.OfCache(declaration.name()));
    source.next = returned.value();
    Call first = new Call(declaration.method());
    Call second = new Call(declaration.method());
    String expected = shown(returned.value());
    assertThat(shown(values.call(declaration, first))).isEqualTo(expected);
    Object again = values.call(declaration, second);
    assertThat(shown(again)).isEqualTo(expected);
    assertThat(first.proceeded).isTrue();
    if (isKeptByJson(returned)) {
      assertThat(second.proceeded).as("%s runs again", returned).isFalse();
    }
  }

  private static boolean isKeptByJson(Returned returned) {
    return Set.of("text", "number", "optional", "plain", "array", "set")
        .contains(returned.method());
  }

  @Provide
  Arbitrary<Returned> returned() {
    Arbitrary<Integer> integers = Arbitraries.integers();
    Arbitrary<String> texts = Arbitraries.strings().ascii().ofMaxLength(8);
    Arbitrary<Parent> parents =
        Arbitraries.of(true, false).map(it -> it ? new Parent() : new Child());
    Arbitrary<Hidden> hidden = integers.map(it -> new Hidden().with(it));
    return Arbitraries.oneOf(
        of("text", texts.injectNull(0.1)),
        of("number", Arbitraries.longs()),
        of("optional", integers.optional()),
        of(
            "plain",
            Combinators.combine(texts, integers, Arbitraries.bigDecimals().ofScale(2))
                .as((text, number, amount) -> new Plain(text, number, amount, LocalDate.EPOCH))),
        of("parent", parents),
        of("hidden", hidden),
        of("parents", parents.list().ofMaxSize(3)),
        of("set", integers.set().ofMaxSize(4).map(HashSet::new)),
        of("map", Arbitraries.maps(texts, hidden.list().ofMaxSize(2)).ofMaxSize(2)),
        of("order", Arbitraries.maps(texts, integers).ofMaxSize(4).map(ValueCacheModel::ordered)),
        of("mixed", Arbitraries.of(List.of(1), List.of(1L, 2.5), List.of(BigDecimal.ONE))),
        of("array", integers.array(int[].class).ofMaxSize(4)),
        of("states", Arbitraries.of(Thread.State.class).optional().list().ofMaxSize(3)));
  }

  /** Half of them in the order of their keys, half in another. */
  private static Map<String, Integer> ordered(Map<String, Integer> map) {
    return map.size() % 2 == 0 ? new TreeMap<>(map) : new LinkedHashMap<>(map);
  }

  private static Arbitrary<Returned> of(String method, Arbitrary<?> values) {
    return values.map(value -> new Returned(method, value));
  }

  /** Whether callers can rely on the order of its entries, in which its copy is shown too. */
  private static boolean isOrdered(@Nullable Object value) {
    return value instanceof LinkedHashMap || value instanceof TreeMap;
  }

  /** Says all of a value that a caller can see. */
  private String shown(@Nullable Object value) {
    if (value instanceof int[] array) {
      return "ints " + Arrays.toString(array);
    } else if (value instanceof Optional<?> optional) {
      return "optional " + optional.map(this::shown);
    } else if (value instanceof Map<?, ?> map) {
      List<String> entries = new ArrayList<>();
      (isOrdered(source.next) ? map : new TreeMap<>(map))
          .forEach((key, of) -> entries.add(key + "=" + shown(of)));
      return "map " + entries;
    } else if (value instanceof Set<?> set) {
      return "set " + new TreeSet<>(set.stream().map(this::shown).toList());
    } else if (value instanceof List<?> list) {
      return "list " + list.stream().map(this::shown).toList();
    } else if (value instanceof Hidden it) {
      return "hidden " + it.hidden;
    } else if (value instanceof Child child) {
      return "child " + child.text + child.more;
    } else if (value instanceof Parent parent) {
      return "parent " + parent.text;
    }
    return value == null ? "null" : value.getClass().getName() + " " + value;
  }

  /** A call of a method of the source. */
  private final class Call implements InvocationContext {

    private final Method method;
    private final Map<String, Object> data = new HashMap<>();
    private boolean proceeded;

    Call(Method method) {
      this.method = method;
    }

    @Override
    public Object getTarget() {
      return source;
    }

    @Override
    public Method getMethod() {
      return method;
    }

    @Override
    public Object[] getParameters() {
      return new Object[] {1};
    }

    @Override
    public Map<String, Object> getContextData() {
      return data;
    }

    @Override
    public @Nullable Object proceed() throws Exception {
      proceeded = true;
      return method.invoke(source, getParameters());
    }

    @Override
    public void setParameters(Object[] parameters) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Object getTimer() {
      return null;
    }

    @Override
    public @Nullable Constructor<?> getConstructor() {
      return null;
    }
  }
}
