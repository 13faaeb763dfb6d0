package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.Preconditions.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 13: what each field comes to, and which goes first. */
class PreconditionsTest {

  private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String LATER = "Sun, 06 Nov 1994 08:49:38 GMT";

  private static Verdict evaluate(String etag, String... fields) {
    Map<String, String> request = new HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      request.put(fields[i], fields[i + 1]);
    }
    return new Preconditions(request::get).evaluate(Optional.of(etag), Optional.of(MODIFIED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\"       | \"a\"   | NOT_MODIFIED",
        "W/\"a\"     | \"a\"   | NOT_MODIFIED",
        "\"a\"       | W/\"a\" | NOT_MODIFIED",
        "W/\"a\"     | W/\"a\" | NOT_MODIFIED",
        "\"b\"       | \"a\"   | SEND",
        "\"b\",\"a\" | \"a\"   | NOT_MODIFIED",
        "\"b\" , W/\"a\" | \"a\" | NOT_MODIFIED",
        ", ,\"a\",   | \"a\"   | NOT_MODIFIED",
        "\"x,a\"     | \"a\"   | SEND",
        "\"x,a\"     | \"x,a\" | NOT_MODIFIED",
        "*           | \"a\"   | NOT_MODIFIED",
        "a           | \"a\"   | SEND",
        "\"\"        | \"\"    | NOT_MODIFIED",
        "w/\"a\"     | \"b\"   | SEND"
      })
  void ifNoneMatchComparesWeakly(String field, String etag, Verdict verdict) {
    assertThat(evaluate(etag, "If-None-Match", field)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\"   | \"a\"   | SEND",
        "W/\"a\" | \"a\"   | FAILED",
        "\"a\"   | W/\"a\" | FAILED",
        "W/\"a\" | W/\"a\" | FAILED",
        "\"b\", \"a\" | \"a\" | SEND",
        "\"b\"   | \"a\"   | FAILED",
        "*       | W/\"a\" | SEND"
      })
  void ifMatchComparesStrongly(String field, String etag, Verdict verdict) {
    assertThat(evaluate(etag, "If-Match", field)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-Modified-Since   | " + EARLIER + "  | SEND",
        "If-Modified-Since   | " + MODIFIED + " | NOT_MODIFIED",
        "If-Modified-Since   | " + LATER + "    | NOT_MODIFIED",
        "If-Modified-Since   | yesterday        | SEND",
        "If-Unmodified-Since | " + EARLIER + "  | FAILED",
        "If-Unmodified-Since | " + MODIFIED + " | SEND",
        "If-Unmodified-Since | " + LATER + "    | SEND",
        "If-Unmodified-Since | yesterday        | SEND"
      })
  void datesCompareByTheSecond(String name, String date, Verdict verdict) {
    assertThat(evaluate("\"a\"", name, date)).isEqualTo(verdict);
  }

  @Test
  void ifMatchGoesBeforeIfUnmodifiedSince() {
    assertThat(evaluate("\"a\"", "If-Match", "\"a\"", "If-Unmodified-Since", EARLIER))
        .isEqualTo(Verdict.SEND);
  }

  @Test
  void ifNoneMatchGoesBeforeIfModifiedSince() {
    assertThat(evaluate("\"a\"", "If-None-Match", "\"b\"", "If-Modified-Since", LATER))
        .isEqualTo(Verdict.SEND);
    assertThat(evaluate("\"a\"", "If-None-Match", "\"a\"", "If-Modified-Since", EARLIER))
        .isEqualTo(Verdict.NOT_MODIFIED);
  }

  @Test
  void whatFailsGoesBeforeWhatIsNotModified() {
    assertThat(evaluate("\"a\"", "If-Match", "\"b\"", "If-None-Match", "\"a\""))
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void datesCountForNothingWithoutLastModified() {
    Preconditions preconditions =
        new Preconditions(Map.of("If-Modified-Since", LATER, "If-Unmodified-Since", EARLIER)::get);
    assertThat(preconditions.evaluate(Optional.of("\"a\""), Optional.empty()))
        .isEqualTo(Verdict.SEND);
  }

  private static final String[] MATCHES = {null, "\"a\"", "\"b\""};
  private static final String[] DATES = {null, EARLIER, LATER};

  /** All 81 requests that have each field or not, with either outcome: RFC 9110, 13.2.2. */
  @Test
  void fieldsGoInTheOrderOfTheRfc() {
    int requests = 0;
    for (String match : MATCHES) {
      for (String unmodified : DATES) {
        for (String noneMatch : MATCHES) {
          for (String modified : DATES) {
            Map<String, String> request = new HashMap<>();
            request.put("If-Match", match);
            request.put("If-Unmodified-Since", unmodified);
            request.put("If-None-Match", noneMatch);
            request.put("If-Modified-Since", modified);
            assertThat(
                    new Preconditions(request::get)
                        .evaluate(Optional.of("\"a\""), Optional.of(MODIFIED)))
                .as(request.toString())
                .isEqualTo(stepByStep(match, unmodified, noneMatch, modified));
            requests++;
          }
        }
      }
    }
    assertThat(requests).isEqualTo(81);
  }

  /** As the RFC tells it, for a GET of what is tagged "a" and was modified at MODIFIED. */
  private static Verdict stepByStep(
      String match, String unmodified, String noneMatch, String modified) {
    if (match != null && !match.equals("\"a\"")) { // 1, false
      return Verdict.FAILED;
    }
    if (match == null && unmodified != null && unmodified.equals(EARLIER)) { // 2, false
      return Verdict.FAILED;
    }
    if (noneMatch != null) { // 3; when true, 4 is not looked at
      return noneMatch.equals("\"a\"") ? Verdict.NOT_MODIFIED : Verdict.SEND;
    }
    return modified != null && modified.equals(LATER) ? Verdict.NOT_MODIFIED : Verdict.SEND; // 4
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "\"", " ", "\"\" ", "\"\",", "\"a\"x ", "W/"})
  @Timeout(10)
  void longListsCostNeitherStackNorTime(String piece) {
    for (String name : new String[] {"If-None-Match", "If-Match"}) {
      assertThat(evaluate("\"a\"", name, piece.repeat(100_000) + ", \"b\""))
          .isEqualTo(name.equals("If-Match") ? Verdict.FAILED : Verdict.SEND);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void readsAllThreeFormsOfDates(String text) {
    assertThat(Preconditions.date(text)).contains(Instant.parse("1994-11-06T08:49:37Z"));
  }
}
