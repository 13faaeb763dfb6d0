package dev.sluice.cache;

import dev.sluice.cache.store.Eviction;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One method with {@link CacheEvict}.
 *
 * @param annotations one or several
 */
record EvictDeclaration(Arguments arguments, List<CacheEvict> annotations) {

  static EvictDeclaration of(Class<?> bean, Method method) {
    return new EvictDeclaration(
        new Arguments(bean, method), List.of(method.getAnnotationsByType(CacheEvict.class)));
  }

  /**
   * What a call of it drops.
   *
   * @param base where what is made of a cache's key lies
   */
  List<Eviction> evictions(
      Object target, @Nullable Object[] values, BiFunction<String, List<?>, String> base) {
    List<Eviction> all = new ArrayList<>();
    for (CacheEvict evict : annotations) {
      if (evict.all()) {
        all.add(new Eviction.OfCache(evict.cache()));
      } else if (!evict.cache().isEmpty()) {
        List<?> key = arguments.key(target, values);
        all.add(new Eviction.OfKey(evict.cache(), base.apply(evict.cache(), key)));
      }
      for (String tag : evict.tags()) {
        all.add(new Eviction.OfTag(new TagTemplate(tag).hash(arguments, target, values)));
      }
    }
    return all;
  }
}
