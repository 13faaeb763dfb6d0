package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cache.store.Header;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fields of a stored response: those that the method has set, and those that the cache adds.
 */
final class StoredHeaders {

  /** Fields of the connection or the moment, which the server writes (RFC 9111, 3.1). */
  private static final Set<String> NOT_STORED =
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

  private StoredHeaders() {}

  /** The fields that describe the response and not the connection or the moment. */
  static List<Header> own(StoragePolicy policy) {
    Set<String> named =
        policy
            .values("connection")
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<Header> all = new ArrayList<>();
    for (Header header : policy.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!NOT_STORED.contains(name) && !named.contains(name)) {
        all.add(header);
      }
    }
    return all;
  }

  /**
   * The fields to store and to send.
   *
   * @param groups the tags that the response names to other caches
   */
  static List<Header> complete(StoragePolicy policy, byte[] body, List<String> groups) {
    List<Header> all = own(policy);
    all.removeIf(header -> header.name().equalsIgnoreCase("vary"));
    if (policy.values("cache-control").findAny().isEmpty()) {
      all.add(new Header("Cache-Control", cacheControl(policy)));
    } else if (isForOne(policy.declaration())) {
      all.add(new Header("Cache-Control", "private"));
    }
    if (isRepresentation(policy.status()) && policy.values("etag").findAny().isEmpty()) {
      all.add(new Header("ETag", etag(all, body)));
    }
    Set<String> vary = policy.vary();
    vary.addAll(downstreamVary(policy.declaration()));
    if (!vary.isEmpty()) {
      all.add(
          new Header(
              "Vary", vary.stream().map(StoredHeaders::titled).collect(Collectors.joining(", "))));
    }
    CacheGroups.field(groups).ifPresent(field -> all.add(new Header(CacheGroups.GROUPS, field)));
    return all;
  }

  private static boolean isForOne(CacheDeclaration declaration) {
    return declaration.terms().audience() == Audience.PRINCIPAL;
  }

  private static boolean isRepresentation(int status) {
    return status == 200 || status == 203;
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

  /** A browser's cache is shared by all who use the browser: it varies by who is logged in, too. */
  private static Set<String> downstreamVary(CacheDeclaration declaration) {
    Set<String> vary = new LinkedHashSet<>();
    if (declaration.negotiates()) {
      vary.add("accept");
    }
    vary.addAll(declaration.vary());
    if (declaration.terms().audience() != Audience.EVERYONE) {
      vary.add("authorization");
      vary.add("cookie");
    }
    return vary;
  }

  /**
   * The client's lifetime where one is declared. Without one, clients revalidate what this
   * application evicts by declaration, since an eviction does not reach them.
   */
  private static String cacheControl(StoragePolicy policy) {
    CacheDeclaration declaration = policy.declaration();
    String audience = isForOne(declaration) ? "private" : "public";
    Optional<Duration> clientLifetime = declaration.clientLifetime();
    if (clientLifetime.isEmpty() && declaration.isEvictable()) {
      return audience + ", no-cache";
    }
    CacheDeclaration.Terms terms = declaration.terms();
    StringBuilder text =
        new StringBuilder(audience)
            .append(", max-age=")
            .append(
                clientLifetime
                    .filter(it -> it.compareTo(policy.expire()) < 0)
                    .orElse(policy.expire())
                    .toSeconds());
    if (!terms.staleWhileRevalidate().isZero()) {
      text.append(", stale-while-revalidate=").append(terms.staleWhileRevalidate().toSeconds());
    }
    if (!terms.staleIfError().isZero()) {
      text.append(", stale-if-error=").append(terms.staleIfError().toSeconds());
    }
    return text.toString();
  }

  /** A strong validator of the bytes alone: the same on every node and after every restart. */
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
}
