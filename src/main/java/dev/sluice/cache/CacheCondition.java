package dev.sluice.cache;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls of a method use the cache, and which of its results are stored. It is a CDI
 * bean that {@link Cached#condition} names, and may inject what it needs of the request.
 */
public interface CacheCondition {

  /**
   * Whether a call uses the cache. If not, the method runs as if it were not cached, and nothing is
   * stored.
   *
   * @param method the cached method
   * @param arguments the arguments of the call; may contain null
   */
  default boolean applies(Method method, List<?> arguments) {
    return true;
  }

  /**
   * Whether a result is stored. If this throws, it is not.
   *
   * @param method the cached method
   * @param result what the method returned, or its stage completed with
   */
  default boolean stores(Method method, @Nullable Object result) {
    return true;
  }
}
