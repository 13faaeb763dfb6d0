package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {

  @Test
  void isAnotherEachTime() {
    assertThat(Stream.generate(TaskId::random).limit(1000)).doesNotHaveDuplicates();
  }

  @Test
  void isTheSameForTheSameHandlerAndKeyOnly() {
    TaskId id = TaskId.forKey("Mailer", "order 7");
    assertThat(TaskId.forKey("Mailer", "order 7")).isEqualTo(id);
    assertThat(TaskId.forKey("Mailer", "order 8")).isNotEqualTo(id);
    assertThat(TaskId.forKey("Printer", "order 7")).isNotEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "AAAAAAAAAAAAAAAAAAAAA:", "AAAAAAAAAAAAAAAAAAAAAAA"})
  void isTwentyTwoCharactersOfBase64(String value) {
    assertThatThrownBy(() -> new TaskId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining('"' + value + '"');
  }
}
