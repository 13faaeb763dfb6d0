package dev.sluice.cache;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Lifetime;
import dev.sluice.cache.store.LookupRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * The directives for caches in a request.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1">RFC 9111, 5.2.1</a>
 */
record RequestDirectives(CacheControl directives) implements LookupRequest.Acceptance {

  static final RequestDirectives NONE = new RequestDirectives(new CacheControl(Map.of()));

  /** {@code Pragma: no-cache} counts where there is no {@code Cache-Control}. */
  static RequestDirectives parse(Collection<String> cacheControl, Collection<String> pragma) {
    return new RequestDirectives(
        CacheControl.parse(cacheControl.isEmpty() ? pragma : cacheControl));
  }

  /** The same without directives that make the method run: {@code only-if-cached} remains. */
  RequestDirectives withoutThoseThatMakeWork() {
    return isOnlyIfCached()
        ? new RequestDirectives(new CacheControl(Map.of("only-if-cached", "")))
        : NONE;
  }

  boolean isNoCache() {
    return directives.has("no-cache");
  }

  boolean isNoStore() {
    return directives.has("no-store");
  }

  boolean isOnlyIfCached() {
    return directives.has("only-if-cached");
  }

  @Override
  public boolean accepts(CacheEntry entry, Instant now) {
    Lifetime lifetime = entry.lifetime();
    Duration left = Duration.between(now, lifetime.fresh());
    boolean freshEnough = lifetime.isFresh(now) || isStaleEnough(lifetime, left, now);
    return freshEnough && !isNoCache() && isYoungEnough(lifetime, now) && isLongEnough(left);
  }

  /** {@code max-stale} without a value accepts any staleness. */
  private boolean isStaleEnough(Lifetime lifetime, Duration left, Instant now) {
    return directives.has("max-stale")
        && now.isBefore(lifetime.end())
        && ("".equals(directives.byName().get("max-stale"))
            || left.negated().compareTo(seconds("max-stale")) <= 0);
  }

  private boolean isYoungEnough(Lifetime lifetime, Instant now) {
    return !directives.has("max-age") || lifetime.age(now).compareTo(seconds("max-age")) <= 0;
  }

  private boolean isLongEnough(Duration left) {
    return !directives.has("min-fresh") || left.compareTo(seconds("min-fresh")) >= 0;
  }

  /** A client that asks for a certain age or freshness does not accept a stale entry. */
  @Override
  public boolean acceptsWhileRevalidating(CacheEntry entry, Instant now) {
    return !isNoCache()
        && !directives.has("max-age")
        && !directives.has("min-fresh")
        && entry.lifetime().isUsableWhileRevalidating(now);
  }

  private Duration seconds(String name) {
    return Duration.ofSeconds(directives.seconds(name).orElse(0L));
  }
}
