package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"address:2001:db8::1", "principal:ann", "header:a:b", "key:", "everyone:"})
  void readsTheTextThatItWrites(String text) {
    assertThat(Client.parse(text)).hasToString(text);
  }

  @Test
  void refusesATextWithoutAKind() {
    assertThatThrownBy(() -> Client.parse("192.0.2.1"))
        .hasMessage("\"192.0.2.1\" is not a client (expected e.g. \"address:192.0.2.1\")");
  }
}
