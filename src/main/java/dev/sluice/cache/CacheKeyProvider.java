package dev.sluice.cache;

import java.lang.reflect.Method;
import java.util.List;

/** Makes the key of a call where the arguments cannot. A CDI bean, named by {@link Cached#key}. */
public interface CacheKeyProvider {

  /**
   * What the answer depends on; two calls with equal lists share an answer.
   *
   * @param arguments as the method is called with; may hold null
   * @return values of the kinds that a key can hold: text, numbers, enums, dates and times, UUIDs,
   *     and lists, sets, maps, arrays, optionals and records of them
   */
  List<?> key(Method method, List<?> arguments);
}
