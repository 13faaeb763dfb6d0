package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of keys in Redis.
 *
 * <p>A cache is spread over 16 buckets, each with a stamp of its own, since all that one script
 * touches has to share a hash tag; so a clear deletes 16 stamps, however many entries there are.
 */
public final class RedisKeys {

  private static final int BUCKETS = 16;

  private final String prefix;

  public RedisKeys(String keyPrefix) {
    this.prefix = keyPrefix + ":c:";
  }

  /** The hash of the base key, and the stamp of its cache. */
  public List<byte[]> of(EntryKey key) {
    return List.of(base(key.cache(), key.base()), stamp(key.cache(), bucket(key.base())));
  }

  /** The stamp of a tag, by its hash. */
  public byte[] ofTag(String tag) {
    return bytes(prefix + "{tags}:" + tag);
  }

  String entriesName(EntryKey key) {
    return bucketName(key.cache(), bucket(key.base())) + ":" + key.base();
  }

  String cacheStampName(EntryKey key) {
    return bucketName(key.cache(), bucket(key.base()));
  }

  String tagStampName(String tag) {
    return prefix + "{tags}:" + tag;
  }

  /** What to delete. */
  public List<byte[]> of(Eviction eviction) {
    if (eviction instanceof Eviction.OfKey key) {
      return List.of(base(key.cache(), key.base()));
    } else if (eviction instanceof Eviction.OfTag tag) {
      return List.of(ofTag(tag.tag()));
    }
    String cache = ((Eviction.OfCache) eviction).cache();
    return IntStream.range(0, BUCKETS).mapToObj(bucket -> stamp(cache, bucket)).toList();
  }

  private byte[] base(String cache, String base) {
    return bytes(bucketName(cache, bucket(base)) + ":" + base);
  }

  private byte[] stamp(String cache, int bucket) {
    return bytes(bucketName(cache, bucket));
  }

  private String bucketName(String cache, int bucket) {
    return prefix + "{" + cache + "." + bucket + "}";
  }

  private static int bucket(String base) {
    return base.charAt(0) % BUCKETS;
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }
}
