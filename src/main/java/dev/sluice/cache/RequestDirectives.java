package dev.sluice.cache;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Lifetime;
import dev.sluice.cache.store.LookupRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * What a request asks of caches.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1">RFC 9111, 5.2.1</a>
 */
record RequestDirectives(CacheControl directives) implements LookupRequest.Demand {

  static final RequestDirectives NONE = new RequestDirectives(new CacheControl(Map.of()));

  /** {@code Pragma: no-cache} counts where there is no {@code Cache-Control}. */
  static RequestDirectives parse(Collection<String> cacheControl, Collection<String> pragma) {
    return new RequestDirectives(
        CacheControl.parse(cacheControl.isEmpty() ? pragma : cacheControl));
  }

  /** All but {@code only-if-cached}, which spares work, ignored: they could make it. */
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
  public boolean isMetBy(CacheEntry entry, Instant now) {
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

  /** A client that says how old or fresh it wants it does not want it stale. */
  @Override
  public boolean isMetWhileRevalidating(CacheEntry entry, Instant now) {
    return !isNoCache()
        && !directives.has("max-age")
        && !directives.has("min-fresh")
        && entry.lifetime().isUsableWhileRevalidating(now);
  }

  private Duration seconds(String name) {
    return Duration.ofSeconds(directives.seconds(name).orElse(0L));
  }
}
