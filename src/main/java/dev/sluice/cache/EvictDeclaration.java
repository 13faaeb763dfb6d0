package dev.sluice.cache;

import dev.sluice.cache.store.Eviction;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One method with {@link CacheEvict}.
 *
 * @param annotations one or several
 */
record EvictDeclaration(Method method, MethodInputs inputs, List<CacheEvict> annotations) {

  static EvictDeclaration of(Class<?> bean, Method method) {
    return new EvictDeclaration(
        method,
        new MethodInputs(bean, method),
        List.of(method.getAnnotationsByType(CacheEvict.class)));
  }

  static boolean hasKeyProvider(CacheEvict evict) {
    return evict.key() != CacheKeyProvider.class;
  }

  /** The tags that a call of the method evicts. */
  List<String> tags(MethodCall call) {
    return annotations.stream()
        .flatMap(evict -> Arrays.stream(evict.tags()))
        .map(tag -> new TagTemplate(tag).text(inputs, call))
        .toList();
  }

  /** The entries that a call of the method evicts. */
  List<Eviction> evictions(MethodCall call, CacheKeyFactory keys) {
    List<Eviction> all = new ArrayList<>();
    for (CacheEvict evict : annotations) {
      if (evict.all()) {
        all.add(new Eviction.OfCache(evict.cache()));
      } else if (!evict.cache().isEmpty()) {
        List<?> key =
            hasKeyProvider(evict)
                ? keys.provided(evict.key(), method, call.arguments())
                : inputs.key(call);
        all.add(new Eviction.OfKey(evict.cache(), keys.base(evict.cache(), key)));
      }
      for (String tag : evict.tags()) {
        all.add(new Eviction.OfTag(new TagTemplate(tag).hash(inputs, call)));
      }
    }
    return all;
  }
}
