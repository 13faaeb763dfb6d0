package dev.sluice.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script: its source, and the SHA-1 by which Redis knows it after the first run. */
public final class RedisScript {

  private final byte[] source;
  private final byte[] sha1;

  RedisScript(byte[] source, byte[] sha1) {
    this.source = source;
    this.sha1 = sha1;
  }

  /**
   * The script in the resource {@code name} beside {@code owner}, the class that runs it.
   *
   * @throws IllegalStateException if there is none
   */
  public static RedisScript of(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("No script " + name + " beside " + owner.getName());
      }
      byte[] source = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
      return new RedisScript(
          source, HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] source() {
    return source;
  }

  byte[] sha1() {
    return sha1;
  }
}
