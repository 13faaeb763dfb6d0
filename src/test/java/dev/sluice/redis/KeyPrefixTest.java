package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPrefixTest {

  @ParameterizedTest
  @CsvSource({"shop, shop", "shop##2, shop--2", "my shop, my-shop", "'', sluice"})
  void isTheApplicationsNameInLettersThatKeysMayHave(String application, String prefix) {
    assertThat(RedisConnections.toKeyPrefix(application)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @CsvSource({"shop, shop, true", "shop-1.2, shop-1.3, true", "shop, billing, false"})
  void isSharedByVersionsOfOneApplicationWithoutAWarning(String one, String other, boolean same) {
    assertThat(RedisConnections.isSameApplication(one, other)).isEqualTo(same);
  }
}
