package dev.sluice.cache;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Takes an answer's bytes, and lets go of them when they are too many. */
final class BodyBuffer extends OutputStream {

  private final int most;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean tooLarge;

  BodyBuffer(int most) {
    this.most = most;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    tooLarge |= bytes.size() + (long) length > most;
    if (!tooLarge) {
      bytes.write(from, offset, length);
    }
  }

  boolean isTooLarge() {
    return tooLarge;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
