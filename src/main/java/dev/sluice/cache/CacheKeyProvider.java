package dev.sluice.cache;

import java.lang.reflect.Method;
import java.util.List;

/**
 * Computes the key of a call where the arguments cannot be the key. It is a CDI bean that {@link
 * Cached#key} or {@link CacheEvict#key} names, and may inject what it needs of the request.
 */
public interface CacheKeyProvider {

  /**
   * The values that the response depends on. Two calls with equal lists share an entry, and an
   * eviction evicts the entry whose list equals its own.
   *
   * @param method the cached or evicting method
   * @param arguments the arguments of the call; may contain null
   * @return text, numbers, enum constants, dates and times, UUIDs, and lists, sets, maps, arrays,
   *     optionals and records of them; a call with any other value bypasses the cache
   */
  List<?> key(Method method, List<?> arguments);
}
