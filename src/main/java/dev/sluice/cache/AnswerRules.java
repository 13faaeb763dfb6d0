package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.activation.DataSource;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.File;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;

/**
 * What of an answer may be stored, for how long, and what it then says to other caches.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-3">RFC 9111, 3</a>
 */
final class AnswerRules {

  private static final Set<Integer> POSITIVE = Set.of(200, 203, 300, 301, 302, 303, 307, 308);
  private static final Set<Integer> NEGATIVE = Set.of(204, 404, 410);

  /** Of this connection or this moment, RFC 9111, 3.1; the server writes them. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          "age",
          "connection",
          "content-length",
          "date",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private AnswerRules() {}

  /** Why an answer of this status and these fields is not for storing; empty if it is. */
  static Optional<String> refusal(CacheDeclaration declaration, int status, List<Header> headers) {
    Directives own = directives(headers);
    if (status >= 500) {
      return Optional.of("server-error");
    }
    if (!POSITIVE.contains(status)
        && !(NEGATIVE.contains(status) && !declaration.terms().negativeExpire().isZero())) {
      return Optional.of("status");
    }
    if (values(headers, "set-cookie").findAny().isPresent()) {
      return Optional.of("set-cookie");
    }
    if (own.has("no-store") || own.has("private") || own.has("no-cache")) {
      return Optional.of("cache-control");
    }
    if (!allowedVary(declaration).containsAll(vary(headers))) {
      return Optional.of("vary");
    }
    return expire(declaration, status, own).isZero() ? Optional.of("expired") : Optional.empty();
  }

  /** What the variant tells apart: the declared fields and, where it negotiates, the media type. */
  private static Set<String> allowedVary(CacheDeclaration declaration) {
    Set<String> allowed = new HashSet<>(declaration.vary());
    if (declaration.negotiates()) {
      allowed.add("accept");
    }
    if (declaration.terms().audience() != Audience.EVERYONE) {
      allowed.add("authorization");
      allowed.add("cookie");
    }
    return allowed;
  }

  private static Set<String> vary(List<Header> headers) {
    return values(headers, "vary")
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Directives directives(List<Header> headers) {
    return Directives.parse(values(headers, "cache-control").toList());
  }

  private static java.util.stream.Stream<String> values(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value);
  }

  /** The declared time, or what the method itself says if that is less. */
  private static Duration expire(CacheDeclaration declaration, int status, Directives own) {
    Duration declared =
        NEGATIVE.contains(status)
            ? declaration.terms().negativeExpire()
            : declaration.terms().expire();
    return own.seconds("s-maxage")
        .or(() -> own.seconds("max-age"))
        .map(Duration::ofSeconds)
        .filter(said -> said.compareTo(declared) < 0)
        .orElse(declared);
  }

  static Lifetime lifetime(
      CacheDeclaration declaration, int status, List<Header> headers, Instant now) {
    Directives own = directives(headers);
    boolean neverStale =
        own.has("must-revalidate") || own.has("proxy-revalidate") || own.has("s-maxage");
    return Lifetime.from(
        now,
        expire(declaration, status, own),
        neverStale ? Duration.ZERO : declaration.terms().staleWhileRevalidate(),
        neverStale ? Duration.ZERO : declaration.terms().staleIfError());
  }

  /** The fields to store and send: the method's own, and those that it left to us. */
  static List<Header> complete(
      CacheDeclaration declaration, int status, List<Header> headers, byte[] body) {
    Set<String> named =
        values(headers, "connection")
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<Header> all = new ArrayList<>();
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!NOT_KEPT.contains(name) && !named.contains(name) && !name.equals("vary")) {
        all.add(header);
      }
    }
    if (values(headers, "cache-control").findAny().isEmpty()) {
      all.add(new Header("Cache-Control", cacheControl(declaration, status)));
    }
    if (status == 200 && values(headers, "etag").findAny().isEmpty()) {
      all.add(new Header("ETag", etag(all, body)));
    }
    Set<String> vary = vary(headers);
    vary.addAll(downstreamVary(declaration));
    if (!vary.isEmpty()) {
      all.add(
          new Header("Vary", String.join(", ", vary.stream().map(AnswerRules::titled).toList())));
    }
    return all;
  }

  private static String titled(String name) {
    return Arrays.stream(name.split("-"))
        .map(
            word ->
                word.isEmpty()
                    ? word
                    : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining("-"));
  }

  private static Set<String> downstreamVary(CacheDeclaration declaration) {
    Set<String> vary = new LinkedHashSet<>();
    if (declaration.negotiates()) {
      vary.add("accept");
    }
    vary.addAll(declaration.vary());
    if (declaration.terms().audience() == Audience.ANONYMOUS) {
      vary.add("authorization");
      vary.add("cookie");
    }
    return vary;
  }

  private static String cacheControl(CacheDeclaration declaration, int status) {
    CacheDeclaration.Terms terms = declaration.terms();
    StringBuilder text =
        new StringBuilder(terms.audience() == Audience.PRINCIPAL ? "private" : "public")
            .append(", max-age=")
            .append(
                (NEGATIVE.contains(status) ? terms.negativeExpire() : terms.expire()).toSeconds());
    if (!terms.staleWhileRevalidate().isZero()) {
      text.append(", stale-while-revalidate=").append(terms.staleWhileRevalidate().toSeconds());
    }
    if (!terms.staleIfError().isZero()) {
      text.append(", stale-if-error=").append(terms.staleIfError().toSeconds());
    }
    return text.toString();
  }

  /** Strong, and of the bytes alone: the same on every node and after every restart. */
  private static String etag(List<Header> headers, byte[] body) {
    String type =
        headers.stream()
            .filter(header -> header.name().toLowerCase(Locale.ROOT).startsWith("content-"))
            .map(header -> header.name().toLowerCase(Locale.ROOT) + ":" + header.value())
            .sorted()
            .collect(Collectors.joining("\n", "", "\n\n"));
    byte[] head = type.getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return '"' + CacheKeys.hash(all) + '"';
  }

  /** What can be read once only, or is too large to be held. */
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
