package dev.sluice.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.cache.store.EntryKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of entries by the texts of the requests whose methods have run, so that a hit needs
 * neither the method's arguments nor a hash. Bounded: no number of different requests takes more
 * memory, and of a long text nothing is kept.
 */
@ApplicationScoped
class KnownKeys {

  /** The memory for all keys, in bytes. */
  static final long MAX_BYTES = 8L << 20;

  private static final int MAX_TEXT = 2_000;

  /** What a key follows from. */
  private record Texts(
      CacheDeclaration declaration, Selection selection, List<List<@Nullable String>> inputs) {

    int length() {
      int length = selection.mediaType().length() + selection.free().toString().length();
      for (List<@Nullable String> input : inputs) {
        for (String text : input) {
          length += text == null ? 0 : text.length();
        }
      }
      return length;
    }
  }

  /**
   * The key of an entry.
   *
   * @param tags the hashes of its tags
   * @param groups the tags that its response names to other caches
   */
  record KnownKey(EntryKey key, List<String> tags, List<String> groups) {}

  private final Map<CacheDeclaration, Boolean> knowable = new ConcurrentHashMap<>();
  private final Cache<Texts, KnownKey> keys =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((Texts texts, KnownKey key) -> weight(texts, key))
          .executor(Runnable::run)
          .build();

  private static int weight(Texts texts, KnownKey key) {
    return 700 + 2 * texts.length() + 100 * (texts.inputs().size() + key.tags().size());
  }

  /** Lets the keys of a method be known, unless another application has excluded it. */
  void include(CacheDeclaration declaration) {
    if (declaration.bindings().isPresent()) {
      knowable.putIfAbsent(declaration, true);
    }
  }

  /** Keeps the keys of a method from being known: an application converts parameters itself. */
  void exclude(CacheDeclaration declaration) {
    knowable.put(declaration, false);
  }

  /** The key of the entry for a request, if its method has run for one with the same texts. */
  Optional<KnownKey> find(
      CacheDeclaration declaration, Selection selection, ContainerRequestContext request) {
    return texts(declaration, selection, request).map(keys::getIfPresent);
  }

  /** Notes the key of the entry for a request. */
  void learn(
      CacheDeclaration declaration,
      Selection selection,
      ContainerRequestContext request,
      KnownKey key) {
    texts(declaration, selection, request)
        .filter(texts -> texts.length() <= MAX_TEXT)
        .ifPresent(texts -> keys.put(texts, key));
  }

  private Optional<Texts> texts(
      CacheDeclaration declaration, Selection selection, ContainerRequestContext request) {
    if (!knowable.getOrDefault(declaration, false)) {
      return Optional.empty();
    }
    List<List<@Nullable String>> inputs = new ArrayList<>();
    try {
      for (RequestBinding binding : declaration.bindings().orElseThrow()) {
        inputs.add(binding.read(request));
      }
    } catch (IllegalArgumentException malformed) { // for Jakarta REST to reject, where it binds it
      return Optional.empty();
    }
    return Optional.of(new Texts(declaration, selection, inputs));
  }

  /** The memory that all keys take, in bytes. */
  long bytes() {
    keys.cleanUp();
    return keys.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
