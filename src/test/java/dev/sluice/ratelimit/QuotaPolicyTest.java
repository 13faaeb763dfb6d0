package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotaPolicyTest {

  private static QuotaPolicy quota(String limit) {
    return Charges.of(limit).get(0).quota();
  }

  @Test
  void isAnotherOneWithAnotherAmountThoughTheCountIsTheSame() {
    assertThat(quota("1/minute").key()).isEqualTo(quota("2/minute").key());
    assertThat(quota("1/minute")).isNotEqualTo(quota("2/minute"));
    assertThat(quota("1/minute")).isEqualTo(quota("1 per 1 minute"));
  }

  @Test
  void hasAnotherCountWithAnotherPeriodOrKind() {
    assertThat(quota("1/minute").key())
        .isNotEqualTo(quota("1/hour").key())
        .isNotEqualTo(quota("1 concurrent").key());
  }
}
