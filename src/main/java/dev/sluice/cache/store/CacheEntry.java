package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A stored response, or the value of a bean's method with status 0. The bytes of the body are
 * shared and must not be changed.
 */
public final class CacheEntry {

  /** The first byte of every entry; a change of the format changes it. */
  private static final int FORMAT = 1;

  private static final int CHECKSUM = Integer.BYTES;

  private final int status;
  private final List<Header> headers;
  private final byte[] body;
  private final Lifetime lifetime;
  private final Map<String, String> tags;
  private volatile @Nullable Object prepared;

  /**
   * @param tags the stamp of each tag from before the method ran, by the hash of the tag
   */
  public CacheEntry(
      int status, List<Header> headers, byte[] body, Lifetime lifetime, Map<String, String> tags) {
    this.status = status;
    this.headers = List.copyOf(headers);
    this.body = body;
    this.lifetime = lifetime;
    this.tags = Map.copyOf(tags);
  }

  public int status() {
    return status;
  }

  public List<Header> headers() {
    return headers;
  }

  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  public byte[] body() {
    return body;
  }

  public Lifetime lifetime() {
    return lifetime;
  }

  /** The stamp of each tag, by the hash of the tag. */
  public Map<String, String> tags() {
    return tags;
  }

  /** What a reader makes of the entry; it is made once, as long as this object is kept. */
  public <T> T prepared(Class<T> type, Function<CacheEntry, T> maker) {
    Object made = prepared;
    if (!type.isInstance(made)) {
      made = maker.apply(this);
      prepared = made;
    }
    return type.cast(made);
  }

  CacheEntry withTags(Map<String, String> stamps) {
    return new CacheEntry(status, headers, body, lifetime, stamps);
  }

  CacheEntry cappedAt(Instant cap) {
    return new CacheEntry(status, headers, body, lifetime.cappedAt(cap), tags);
  }

  /** The approximate size in memory, in bytes. */
  int weight() {
    int weight = 200 + body.length;
    for (Header header : headers) {
      weight += 100 + header.name().length() + header.value().length();
    }
    return weight + 200 * tags.size();
  }

  /** Encodes format, times, tags, status, headers and body, followed by their checksum. */
  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + body.length);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(lifetime.stored().toEpochMilli());
      out.writeLong(lifetime.fresh().toEpochMilli());
      out.writeLong(lifetime.staleWhileRevalidate().toEpochMilli());
      out.writeLong(lifetime.staleIfError().toEpochMilli());
      out.writeInt(tags.size());
      for (Map.Entry<String, String> tag : tags.entrySet()) {
        writeText(out, tag.getKey());
        writeText(out, tag.getValue());
      }
      out.writeInt(status);
      out.writeInt(headers.size());
      for (Header header : headers) {
        writeText(out, header.name());
        writeText(out, header.value());
      }
      out.writeInt(body.length);
      out.write(body);
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Decodes an entry; empty when the format is another one or the bytes are damaged. */
  static Optional<CacheEntry> parse(byte[] bytes) {
    int length = bytes.length - CHECKSUM;
    if (length < 1 || bytes[0] != FORMAT) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      DataInputStream end = new DataInputStream(new ByteArrayInputStream(bytes, length, CHECKSUM));
      if (end.readInt() != checksum(bytes, length)) {
        return Optional.empty();
      }
      in.readByte();
      Lifetime lifetime =
          new Lifetime(readInstant(in), readInstant(in), readInstant(in), readInstant(in));
      Map<String, String> tags = new LinkedHashMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        tags.put(readText(in), readText(in));
      }
      int status = in.readInt();
      List<Header> headers = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        headers.add(new Header(readText(in), readText(in)));
      }
      byte[] body = readBytes(in);
      return in.available() == CHECKSUM
          ? Optional.of(new CacheEntry(status, headers, body, lifetime, tags))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("Truncated");
    }
    return in.readNBytes(length);
  }

  private static Instant readInstant(DataInputStream in) throws IOException {
    return Instant.ofEpochMilli(in.readLong());
  }
}
