package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "5/minute                    > 5 per 1 minute",
        "5 per minute                > 5 per 1 minute",
        "5per1minute                 > 5 per 1 minute",
        "5/2 minutes                 > 5 per 2 minute",
        "10 per 1 day                > 10 per 1 day",
        "'  7 / 3 HOURS  '           > 7 per 3 hour",
        "1/SeCoNd                    > 1 per 1 second",
        "2/weeks                     > 2 per 1 week",
        "2/month                     > 2 per 1 month",
        "2/100 years                 > 2 per 100 year",
        "1000000000000/second        > 1000000000000 per 1 second",
        "10 concurrent               > 10 concurrent",
        "5Concurrent; 1/second       > 5 concurrent, 1 per 1 second",
        "100/hour;10/second          > 100 per 1 hour, 10 per 1 second",
        "1/day, 2/hour | 3 per minute> 1 per 1 day, 2 per 1 hour, 3 per 1 minute",
      })
  void parsesLimits(String text, String expected) {
    assertThat(Limit.parse(text).stream().map(Limit::toString).collect(Collectors.joining(", ")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '~',
      value = {
        "5/minuet      > \"5/minuet\" is not a limit (expected e.g. \"5/minute\"): unknown unit \"minuet\"",
        "0/minute      > from 1 to 1000000000000, not 0",
        "-5/minute     > from 1 to 1000000000000, not -5",
        "5/0 minutes   > from 1 second to 100 years, not 0 minute",
        "5/-1 minutes  > from 1 second to 100 years, not -1 minute",
        "5/101 years   > from 1 second to 100 years, not 101 year",
        "5/9223372036854775807 years > from 1 second to 100 years",
        "1000000000001/minute > from 1 to 1000000000000",
        "99999999999999999999/minute > the number is too large",
        "1/hour;2/mnute> \"2/mnute\" at character 8 is not a limit",
        "1/hour;  0/day> \"0/day\" at character 10 is not a limit",
        "1/hour;       > at character 8 is not a limit",
        ";1/hour       > at character 1 is not a limit",
        "1/hour,,1/day > at character 8 is not a limit",
        "5             > is not a limit",
        "5/            > is not a limit",
        "/minute       > is not a limit",
        "five/minute   > is not a limit",
        "5.5/minute    > is not a limit",
        "0 concurrent  > from 1 to 1000000, not 0",
        "1000001 concurrent > from 1 to 1000000, not 1000001",
        "5/concurrent  > unknown unit \"concurrent\"",
        "5/minute x    > is not a limit",
        "5 minute      > is not a limit",
      })
  void refusesOtherTexts(String text, String message) {
    assertThatThrownBy(() -> Limit.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void refusesABlankText(String text) {
    assertThatThrownBy(() -> Limit.parse(text)).hasMessageContaining("is not a limit");
  }

  @Property
  void parsesItsOwnText(@ForAll("limits") Limit limit) {
    assertThat(Limit.parse(limit.toString())).containsExactly(limit);
    assertThat(Limit.parse(limit.toString().toUpperCase(Locale.ROOT) + "S")).containsExactly(limit);
  }

  @Property
  void parsesListsOfItsOwnTexts(
      @ForAll("lists") List<Limit> limits, @ForAll("separators") String separator) {
    String text = limits.stream().map(Limit::toString).collect(Collectors.joining(separator));
    assertThat(Limit.parse(text)).isEqualTo(limits);
  }

  @Provide
  Arbitrary<Limit> limits() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 1_000_000_000_000L),
            Arbitraries.longs().between(1, 100),
            Arbitraries.of(Limit.Unit.class))
        .as(Limit.PerPeriod::new);
  }

  @Provide
  Arbitrary<List<Limit>> lists() {
    return limits().list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> separators() {
    return Arbitraries.of(",", ";", "|", " ; ", ", ");
  }
}
