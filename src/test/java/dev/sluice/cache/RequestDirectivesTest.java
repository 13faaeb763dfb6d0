package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Entries;
import dev.sluice.cache.store.Lifetime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, 5.2.1: an entry fresh for 30 s and kept for 60 s more, at various ages. */
class RequestDirectivesTest {

  private static final Instant STORED = Instant.parse("2026-11-22T12:00:00Z");
  private static final CacheEntry ENTRY =
      Entries.entry(
          "a",
          Lifetime.from(
              STORED, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                            |  0 | true",
        "                            | 29 | true",
        "                            | 30 | false",
        "no-cache                    |  0 | false",
        "NO-CACHE                    |  0 | false",
        "max-age=10                  | 10 | true",
        "max-age=10                  | 11 | false",
        "max-age=\"10\"              | 10 | true",
        "max-age=0                   |  1 | false",
        "max-age=abc                 |  1 | false",
        "max-age=99999999999999999999| 29 | true",
        "max-age=99                  | 31 | false",
        "min-fresh=10                | 20 | true",
        "min-fresh=10                | 21 | false",
        "max-stale                   | 89 | true",
        "max-stale                   | 90 | false",
        "max-stale=5                 | 35 | true",
        "max-stale=5                 | 36 | false",
        "max-stale=60, max-age=40    | 40 | true",
        "max-stale=60, max-age=40    | 41 | false",
        "max-age=20,min-fresh=15     | 15 | true",
        "max-age=20,min-fresh=15     | 16 | false",
        "max-stale, min-fresh=1      | 30 | false",
        "unknown=7, other            |  0 | true"
      })
  void acceptsWhatARequestAsksFor(String directives, int age, boolean accepted) {
    RequestDirectives request =
        RequestDirectives.parse(directives == null ? List.of() : List.of(directives), List.of());
    assertThat(request.accepts(ENTRY, STORED.plusSeconds(age))).isEqualTo(accepted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\\\"", "\\\\", ",", " ", "=", "a=\"b\","})
  @Timeout(10)
  void longValuesCostNeitherStackNorTime(String piece) {
    String quoted = "x=\"" + piece.repeat(100_000) + "\", no-store";
    assertThat(RequestDirectives.parse(List.of(quoted, piece.repeat(100_000)), List.of("a")))
        .isNotNull();
    assertThat(RequestDirectives.parse(List.of(quoted, "max-age=1"), List.of()).isNoCache())
        .isFalse();
  }

  @Test
  void whatIsQuotedIsNoDirective() {
    RequestDirectives request =
        RequestDirectives.parse(List.of("x=\"a, no-store, \\\" no-cache\", max-age=1"), List.of());
    assertThat(request.isNoStore() || request.isNoCache()).isFalse();
    assertThat(request.directives().seconds("max-age")).contains(1L);
  }

  @Test
  void readsSeveralLinesAndPragmaOnlyWithoutThem() {
    assertThat(RequestDirectives.parse(List.of("max-age=1", "no-store"), List.of()).isNoStore())
        .isTrue();
    assertThat(RequestDirectives.parse(List.of(), List.of("no-cache")).isNoCache()).isTrue();
    assertThat(RequestDirectives.parse(List.of("max-age=1"), List.of("no-cache")).isNoCache())
        .isFalse();
  }

  @Test
  void keepsOnlyWhatSparesWorkWhereClientsMayNotMakeAny() {
    RequestDirectives request =
        RequestDirectives.parse(List.of("no-cache, only-if-cached"), List.of())
            .withoutThoseThatMakeWork();
    assertThat(request.isOnlyIfCached()).isTrue();
    assertThat(request.isNoCache()).isFalse();
  }
}
