package dev.sluice.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ops.OpsAccess.Caller;
import dev.sluice.ops.OpsAccess.Right;
import dev.sluice.testing.TestSettings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsAccessTest {

  private static final String TOKEN = "0123456789abcdef";
  private static final Predicate<String> NO_ROLE = role -> false;
  private static final Predicate<String> OPERATOR = "operator"::equals;

  private static Right right(Map<String, String> settings, Caller caller) {
    return new OpsAccess(new OpsSettings(TestSettings.of(settings))).of(caller);
  }

  private static Caller local(Optional<String> token, Predicate<String> role, boolean ownField) {
    return new Caller("127.0.0.1", "localhost", false, token, role, ownField);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, localhost, false, READ",
    "0:0:0:0:0:0:0:1, [::1], false, READ",
    "192.0.2.1, localhost, false, NONE",
    "127.0.0.1, shop.example.org, false, NONE",
    "127.0.0.1, localhost, true, NONE"
  })
  void letsOnlyThisMachineReadWhereNothingIsConfigured(
      String address, String host, boolean isForwarded, Right expected) {
    Caller caller = new Caller(address, host, isForwarded, Optional.of(TOKEN), NO_ROLE, true);
    assertThat(right(Map.of(), caller)).isEqualTo(expected);
  }

  @Test
  void opensByTokenAlone() {
    Map<String, String> settings = Map.of("sluice.ops.token", TOKEN);
    assertThat(right(settings, local(Optional.of(TOKEN), NO_ROLE, false))).isEqualTo(Right.CHANGE);
    assertThat(right(settings, local(Optional.of(TOKEN + "0"), NO_ROLE, true)))
        .isEqualTo(Right.NONE);
    assertThat(right(settings, local(Optional.empty(), OPERATOR, true))).isEqualTo(Right.NONE);
  }

  @Test
  void letsUserInRoleChangeOnlyWithFieldThatNoOtherPageCanSend() {
    Map<String, String> settings = Map.of("sluice.ops.role", "operator");
    assertThat(right(settings, local(Optional.empty(), OPERATOR, true))).isEqualTo(Right.CHANGE);
    assertThat(right(settings, local(Optional.empty(), OPERATOR, false))).isEqualTo(Right.READ);
    assertThat(right(settings, local(Optional.empty(), NO_ROLE, true))).isEqualTo(Right.NONE);
  }

  @Test
  void refusesShortTokenWithoutShowingIt() {
    var read = TestSettings.of(Map.of("sluice.ops.token", "secret"));
    new OpsSettings(read);
    assertThatThrownBy(read::requireValid)
        .hasMessageContaining("sluice.ops.token")
        .hasMessageContaining("16 characters")
        .hasMessageNotContaining("secret");
    assertThat(new OpsSettings(TestSettings.of(Map.of("sluice.ops.token", TOKEN))).toString())
        .doesNotContain(TOKEN);
  }
}
