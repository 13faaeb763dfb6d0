package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of the cache's keys in Redis.
 *
 * <p>A cache is spread over 16 buckets, each with a stamp of its own, since all keys of one script
 * share a hash tag. Clearing a cache deletes 16 stamps, whatever the number of entries. Tags are
 * spread over 16 hash tags as well, each tag with its guard. Leases and guards are outside the
 * prefix {@code c:} of what nodes may hold copies of.
 */
final class RedisKeys {

  private static final int BUCKETS = 16;

  private final String prefix;
  private final String leasePrefix;

  RedisKeys(String keyPrefix) {
    this.prefix = keyPrefix + ":c:";
    this.leasePrefix = keyPrefix + ":cl:";
  }

  /** The hash of all entries under the base key. */
  byte[] entries(EntryKey key) {
    return bytes(entriesName(key));
  }

  String entriesName(EntryKey key) {
    return entries(key.cache(), key.base());
  }

  /** The hash of the leases of all fills under the base key. */
  byte[] leases(EntryKey key) {
    return leases(key.cache(), key.base());
  }

  /** The stamp of the cache, in the bucket of this key. */
  byte[] cacheStamp(EntryKey key) {
    return bytes(cacheStampName(key));
  }

  String cacheStampName(EntryKey key) {
    return cacheStamp(key.cache(), bucket(key.base()));
  }

  /** The stamp of a tag, by its hash, or a guard. */
  byte[] tagStamp(String tag) {
    return bytes(tagStampName(tag));
  }

  String tagStampName(String tag) {
    boolean isGuard = TagGuards.is(tag);
    String guard = isGuard ? tag : TagGuards.of(tag);
    return (isGuard ? leasePrefix : prefix) + "tags:{tags." + guard.substring(1) + "}:" + tag;
  }

  /** The prefix of all keys of which nodes may hold copies. */
  String nearPrefix() {
    return prefix;
  }

  /** The keys that an eviction deletes; of a key, its entries and leases have one hash tag. */
  List<byte[]> of(Eviction eviction) {
    if (eviction instanceof Eviction.OfKey key) {
      return List.of(
          bytes(entries(key.cache(), key.base())),
          leases(key.cache(), key.base()),
          tagStamp(key.base()));
    } else if (eviction instanceof Eviction.OfTag tag) {
      return List.of(tagStamp(tag.tag()), tagStamp(TagGuards.of(tag.tag())));
    }
    String cache = ((Eviction.OfCache) eviction).cache();
    return IntStream.range(0, BUCKETS)
        .mapToObj(bucket -> bytes(cacheStamp(cache, bucket)))
        .toList();
  }

  private String entries(String cache, String base) {
    return prefix + hashTag(cache, bucket(base)) + ":" + base;
  }

  private byte[] leases(String cache, String base) {
    return bytes(leasePrefix + hashTag(cache, bucket(base)) + ":" + base);
  }

  private String cacheStamp(String cache, int bucket) {
    return prefix + hashTag(cache, bucket);
  }

  private static String hashTag(String cache, int bucket) {
    return "{" + cache + "." + bucket + "}";
  }

  private static int bucket(String base) {
    return base.charAt(0) % BUCKETS;
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }
}
