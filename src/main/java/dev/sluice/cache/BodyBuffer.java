package dev.sluice.cache;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A buffer for the bytes of a body, which stops its writer at a bound. */
final class BodyBuffer extends OutputStream {

  private final int bound;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean tooLarge;

  BodyBuffer(int bound) {
    this.bound = bound;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws IOException if the body is larger than the bound
   */
  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    if (tooLarge || bytes.size() + (long) length > bound) {
      tooLarge = true;
      bytes.reset();
      throw new IOException("The body is larger than " + bound + " bytes");
    }
    bytes.write(from, offset, length);
  }

  boolean isTooLarge() {
    return tooLarge;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
