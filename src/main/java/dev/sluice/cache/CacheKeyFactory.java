package dev.sluice.cache;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes the base keys of entries: cache version, cache name and key values, hashed. */
@ApplicationScoped
class CacheKeyFactory {

  @Inject CacheSettings settings;
  @Inject @Any Instance<CacheKeyProvider> providers;

  /**
   * The base key for these values.
   *
   * @throws IllegalArgumentException if the key cannot hold one of them
   */
  String base(String cache, List<?> key) {
    List<Object> parts = new ArrayList<>(List.of(settings.version(), cache));
    parts.add(key);
    return CacheKeys.hash(parts);
  }

  /**
   * The base key for a call of a cached method.
   *
   * @throws IllegalArgumentException if the key cannot hold one of its values
   */
  String base(CacheDeclaration declaration, MethodCall call) {
    return base(
        declaration.name(),
        declaration.hasKeyProvider()
            ? provided(declaration.keyProvider(), declaration.method(), call.arguments())
            : declaration.inputs().key(call));
  }

  /** The values that a provider makes of a call. */
  List<?> provided(
      Class<? extends CacheKeyProvider> provider, Method method, List<@Nullable Object> arguments) {
    return providers.select(provider).get().key(method, arguments);
  }
}
