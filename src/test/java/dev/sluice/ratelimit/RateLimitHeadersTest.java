package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHeadersTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "999, 1", "1000, 1", "1001, 2", "59001, 60", "60000, 60"})
  void roundsUpToWholeSecondsAndToOneAtLeast(long millis, long seconds) {
    assertThat(RateLimitHeaders.seconds(Duration.ofMillis(millis))).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '~',
      value = {
        "Products.read-2: 5 > Products.read-2: 5",
        "Größe.lesen        > Gr__e.lesen",
        "Odd.a \"b\"; c=1   > Odd.a _b_; c=1",
        "Odd.a\\b           > Odd.a_b",
      })
  void namesPoliciesInStructuredFieldsWhateverTheirClassesAreCalled(String name, String member) {
    QuotaPolicy quota =
        Quotas.policy(name, "1000000000000/100 years", Algorithm.SLIDING_WINDOW).quotas().get(0);
    ListElement<?> element = Parser.parseList(quota.policyMember()).get().get(0);
    assertThat(element.get()).isEqualTo(member);
    assertThat(element.getParams().serialize()).isEqualTo(";q=1000000000000;w=3153600000");
  }

  @Test
  void namesTheLimitWhereAPolicyHasSeveral() {
    assertThat(Quotas.policy("p", "1/hour; 2/day", Algorithm.SLIDING_WINDOW).quotas())
        .extracting(QuotaPolicy::member)
        .containsExactly("\"p: 1 per 1 hour\"", "\"p: 2 per 1 day\"");
  }
}
