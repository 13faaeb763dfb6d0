package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who bypasses the cache of which audience; {@code -} is a principal without a name. */
class RequesterTest {

  @ParameterizedTest
  @CsvSource({
    "false, , false, false, false",
    "true, , true, false, true",
    "false, alice, true, false, false",
    "true, alice, true, false, false",
    "false, -, true, false, true",
    "true, -, true, false, true"
  })
  void belongsToAudience(
      boolean authorization, String name, boolean anonymous, boolean everyone, boolean principal) {
    Principal user = name == null ? null : () -> name.equals("-") ? null : name;
    Requester requester =
        new Requester(authorization ? Optional.of("Bearer a") : Optional.empty(), user);
    assertThat(requester.belongsTo(Audience.ANONYMOUS)).isEqualTo(!anonymous);
    assertThat(requester.belongsTo(Audience.EVERYONE)).isEqualTo(!everyone);
    assertThat(requester.belongsTo(Audience.PRINCIPAL)).isEqualTo(!principal);
  }

  @Test
  void tellsUsersAndTheirTokensApart() {
    assertThat(
            Stream.of(
                    requester("alice", "one"),
                    requester("alice", "two"),
                    requester("bob", "one"),
                    new Requester(Optional.of("one"), null),
                    new Requester(Optional.empty(), null))
                .map(Requester::identity))
        .doesNotHaveDuplicates();
    assertThat(requester("alice", "one").identity())
        .isEqualTo(requester("alice", "one").identity());
  }

  private static Requester requester(String user, String authorization) {
    return new Requester(Optional.of(authorization), () -> user);
  }
}
