package dev.sluice.cache;

import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.LookupRequest;
import java.lang.reflect.Method;
import java.util.List;

/**
 * One method with {@link CachePut}.
 *
 * @param target the method whose value it replaces
 */
record PutDeclaration(
    Method method, MethodInputs inputs, CachePut annotation, CacheDeclaration target) {

  static PutDeclaration of(Class<?> bean, Method method, CacheDeclaration target) {
    return new PutDeclaration(
        method, new MethodInputs(bean, method), method.getAnnotation(CachePut.class), target);
  }

  boolean hasKeyProvider() {
    return annotation.key() != CacheKeyProvider.class;
  }

  /** The request for the entry that a call replaces. */
  LookupRequest request(MethodCall call, CacheKeyFactory keys) {
    List<?> key =
        hasKeyProvider()
            ? keys.provided(annotation.key(), method, call.arguments())
            : inputs.key(call);
    return target.request(
        new EntryKey(target.name(), keys.base(target.name(), key), target.variant()),
        target.tagsOfCall().map(tag -> tag.hash(inputs, call)).distinct().toList(),
        LookupRequest.Acceptance.FRESH);
  }
}
