package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How much of a body is encoded before it is known to be too large. */
class BodyBufferTest {

  @Test
  void stopsWriterAtTheBoundAndKeepsNothing() {
    BodyBuffer buffer = new BodyBuffer(1_000);
    AtomicInteger written = new AtomicInteger();
    assertThatThrownBy(
            () -> {
              while (true) {
                buffer.write(new byte[64]);
                written.addAndGet(64);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1000 bytes");
    assertThat(written).hasValue(960);
    assertThat(buffer.isTooLarge()).isTrue();
    assertThat(buffer.toByteArray()).isEmpty();
  }

  @Test
  void stopsWriterThatIgnoresTheFirstFailure() throws IOException {
    BodyBuffer buffer = new BodyBuffer(1);
    buffer.write('a');
    assertThatThrownBy(() -> buffer.write('b')).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> buffer.write('c')).isInstanceOf(IOException.class);
    assertThat(buffer.toByteArray()).isEmpty();
  }

  @Test
  void keepsBodyOfExactlyTheBound() throws IOException {
    BodyBuffer buffer = new BodyBuffer(3);
    buffer.write("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(buffer.isTooLarge()).isFalse();
    assertThat(buffer.toByteArray()).containsExactly('a', 'b', 'c');
  }
}
