package dev.sluice.lifecycle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LifecycleInitializerTest {

  @Test
  void acceptsServerWithAllApis() {
    assertThatCode(
            () ->
                LifecycleInitializer.requireServer(LifecycleInitializerTest.class.getClassLoader()))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesServerWithMissingApisInOneSentence() {
    assertThatThrownBy(
            () -> LifecycleInitializer.requireServer(ClassLoader.getPlatformClassLoader()))
        .hasMessageStartingWith(
            "Sluice needs a Jakarta EE 10 server with MicroProfile Config; this server lacks"
                + " jakarta.enterprise.inject.spi.CDI, ")
        .satisfies(e -> org.assertj.core.api.Assertions.assertThat(e.getStackTrace()).isEmpty());
  }
}
