package dev.sluice.service;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A file that the service was built with. */
final class ClassPathFile {

  private ClassPathFile() {}

  /** Returns its bytes; empty if there is none at this path. */
  static Optional<byte[]> read(String path) throws IOException {
    try (InputStream in = ClassPathFile.class.getClassLoader().getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }
}
