package dev.sluice.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Digests for Redis keys: SHA-256, cut to a fixed size, in URL-safe Base64. A value that a client
 * sent never stands in a key itself, so that a key reveals nothing and its length is bounded.
 */
public final class KeyDigest {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private KeyDigest() {}

  /** The digest of the text's UTF-8 bytes; see {@link #of(byte[], int)}. */
  public static String of(String text, int size) {
    return of(text.getBytes(StandardCharsets.UTF_8), size);
  }

  /**
   * Returns the first {@code size} bytes of the SHA-256 of {@code bytes}, as text.
   *
   * @param size from 1 to 32; a multiple of 3 wastes no character
   */
  public static String of(byte[] bytes, int size) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return BASE64.encodeToString(Arrays.copyOf(digest, size));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
