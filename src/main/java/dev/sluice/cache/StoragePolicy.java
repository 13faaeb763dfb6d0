package dev.sluice.cache;

import dev.sluice.cache.store.Header;
import dev.sluice.cache.store.Lifetime;
import jakarta.activation.DataSource;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.File;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a response may be stored, and for how long.
 *
 * @param headers the fields that the method has set
 * @param now the time of the response
 * @param earlier how much earlier than declared the entry expires
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-3">RFC 9111, 3</a>
 */
record StoragePolicy(
    CacheDeclaration declaration, int status, List<Header> headers, Instant now, Duration earlier) {

  private static final Set<Integer> POSITIVE = Set.of(200, 203, 300, 301, 302, 303, 307, 308);
  private static final Set<Integer> NEGATIVE = Set.of(204, 404, 410);

  /** The reason for not storing the response; empty if it may be stored. */
  Optional<String> refusal() {
    CacheControl own = directives();
    if (status >= 500) {
      return Optional.of("server-error");
    }
    if (!POSITIVE.contains(status)
        && !(NEGATIVE.contains(status) && !declaration.terms().negativeExpire().isZero())) {
      return Optional.of("status");
    }
    if (values("set-cookie").findAny().isPresent()) {
      return Optional.of("set-cookie");
    }
    if (own.has("no-store") || own.has("private") || own.has("no-cache")) {
      return Optional.of("cache-control");
    }
    if (!allowedVary().containsAll(vary())) {
      return Optional.of("vary");
    }
    return expire().toSeconds() < 1 ? Optional.of("expired") : Optional.empty();
  }

  /** Whether the response is for its requester only. */
  boolean isPersonal() {
    CacheControl own = directives();
    return values("set-cookie").findAny().isPresent() || own.has("no-store") || own.has("private");
  }

  /** The fields that the key holds. A requester's cookies and authorization are not in it. */
  private Set<String> allowedVary() {
    Set<String> allowed = new HashSet<>(declaration.vary());
    if (declaration.negotiates()) {
      allowed.add("accept");
    }
    return allowed;
  }

  /** The request fields that the response varies by, in lower case. */
  Set<String> vary() {
    return values("vary")
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  CacheControl directives() {
    return CacheControl.parse(values("cache-control").toList());
  }

  Stream<String> values(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value);
  }

  /** The declared time, or the one that the response's own fields set if that is shorter. */
  Duration expire() {
    CacheDeclaration.Terms terms = declaration.terms();
    Duration declared =
        NEGATIVE.contains(status) ? terms.negativeExpire() : terms.expire().minus(earlier);
    CacheControl own = directives();
    return Optional.<Long>empty()
        .or(
            () ->
                terms.audience() == Audience.PRINCIPAL ? Optional.empty() : own.seconds("s-maxage"))
        .or(() -> own.seconds("max-age"))
        .map(Duration::ofSeconds)
        .or(this::untilExpires)
        .filter(stated -> stated.compareTo(declared) < 0)
        .orElse(declared);
  }

  /** The time until {@code Expires}; an invalid date is in the past (RFC 9111, 5.3). */
  private Optional<Duration> untilExpires() {
    return values("expires")
        .findFirst()
        .map(value -> Preconditions.date(value).orElse(now))
        .map(date -> date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO);
  }

  /** The times of the entry; a response may forbid to serve it stale (RFC 9111, 4.2.4). */
  Lifetime lifetime() {
    CacheControl own = directives();
    boolean neverStale =
        own.has("must-revalidate") || own.has("proxy-revalidate") || own.has("s-maxage");
    return Lifetime.from(
        now,
        expire(),
        neverStale ? Duration.ZERO : declaration.terms().staleWhileRevalidate(),
        neverStale ? Duration.ZERO : declaration.terms().staleIfError());
  }

  /** Whether the entity can be read only once, or may be too large for memory. */
  static boolean isStream(@Nullable Object entity) {
    return entity instanceof StreamingOutput
        || entity instanceof InputStream
        || entity instanceof Reader
        || entity instanceof File
        || entity instanceof Path
        || entity instanceof DataSource
        || entity instanceof BaseStream
        || entity instanceof java.util.Iterator;
  }
}
