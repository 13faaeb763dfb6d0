package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.inject.spi.Bean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerDeclarationTest {

  private abstract static class Handler implements TaskHandler<String> {}

  private abstract static class Plain extends Handler {}

  @TaskName(value = "mailer", aliases = "org.example.OldMailer")
  @TaskRetry(maxAttempts = 9, delay = 2, maxDelay = 8, abortOn = IOException.class)
  private abstract static class Annotated extends Handler {}

  @TaskName(value = "two words", aliases = "")
  @TaskRetry(maxAttempts = 1_001, delay = 0, maxDelay = -1)
  private abstract static class Wrong extends Handler {}

  private static HandlerDeclaration declaration(Class<?> handler) {
    Bean<?> bean =
        (Bean<?>)
            Proxy.newProxyInstance(
                HandlerDeclarationTest.class.getClassLoader(),
                new Class<?>[] {Bean.class},
                (proxy, method, arguments) -> handler);
    return HandlerDeclaration.of(bean, (ParameterizedType) Handler.class.getGenericInterfaces()[0]);
  }

  @Test
  void namesAHandlerAfterItsClass() {
    HandlerDeclaration plain = declaration(Plain.class);
    assertThat(plain.names()).containsExactly(Plain.class.getName());
    assertThat(plain.maxAttempts()).isEmpty();
    assertThat(plain.payload()).isEqualTo(String.class);
    assertThat(plain.mistakes()).isEmpty();
  }

  @Test
  void takesNameAliasesAndRetriesFromAnnotations() {
    HandlerDeclaration annotated = declaration(Annotated.class);
    assertThat(annotated.names()).isEqualTo(List.of("mailer", "org.example.OldMailer"));
    assertThat(annotated.maxAttempts()).contains(9);
    RetryPolicy policy = annotated.retryPolicy();
    assertThat(policy.schedule().after(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(policy.schedule().after(9)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    assertThat(policy.isFinal(new java.io.FileNotFoundException())).isTrue();
    assertThat(policy.isFinal(new UncheckedIOException(new IOException()))).isFalse();
    assertThat(annotated.mistakes()).isEmpty();
  }

  @Test
  void reportsEveryMistakeWithItsPlaceAndValue() {
    String name = Wrong.class.getName();
    assertThat(declaration(Wrong.class).mistakes())
        .containsExactly(
            "@TaskName on "
                + name
                + ": \"two words\" is not a name (expected 1 to 200 letters, digits, . _ $ -)",
            "@TaskName on "
                + name
                + ": \"\" is not a name (expected 1 to 200 letters, digits, . _ $ -)",
            "@TaskRetry on " + name + ": maxAttempts = 1001: expected 0 to 1,000",
            "@TaskRetry on " + name + ": delay = 0: expected 1 or more seconds",
            "@TaskRetry on "
                + name
                + ": maxDelay = -1: expected seconds from delay, 0, to 31,536,000");
  }
}
