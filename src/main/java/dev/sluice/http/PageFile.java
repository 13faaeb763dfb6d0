package dev.sluice.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A file of a page that Sluice serves, in the class path. */
public final class PageFile {

  /**
   * The Content-Security-Policy of pages: everything from the page's own origin, and nothing
   * inline.
   */
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private PageFile() {}

  /** Returns its bytes; empty if there is none at this path. */
  public static Optional<byte[]> read(String path) throws IOException {
    try (InputStream in = PageFile.class.getClassLoader().getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }
}
