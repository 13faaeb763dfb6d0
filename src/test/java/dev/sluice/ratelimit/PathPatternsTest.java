package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternsTest {

  @ParameterizedTest
  @CsvSource({
    "/*, /, true",
    "/*, /api/a, true",
    "/api/*, /api, true",
    "/api/*, /api/, true",
    "/api/*, /api/a/b, true",
    "/api/*, /apis, false",
    "/api/*, /ap, false",
    "/api, /api, true",
    "/api, /api/a, false",
  })
  void matchesPathsExactlyOrByPrefix(String pattern, String path, boolean matches) {
    assertThat(new PathPatterns(List.of(pattern)).match(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"api", "*", "/a*", "/*/b", ""})
  void refusesOtherPatterns(String pattern) {
    assertThatThrownBy(() -> new PathPatterns(List.of(pattern)))
        .hasMessageContaining("is not a path pattern");
  }
}
