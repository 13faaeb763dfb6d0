package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cache.store.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a stored answer says of itself: the method's own fields, and those that it left to us. */
final class StoredHeaders {

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

  private StoredHeaders() {}

  /** The fields to store and to send. */
  static List<Header> complete(StoragePolicy answer, byte[] body) {
    Set<String> named =
        answer
            .values("connection")
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<Header> all = new ArrayList<>();
    for (Header header : answer.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!NOT_KEPT.contains(name) && !named.contains(name) && !name.equals("vary")) {
        all.add(header);
      }
    }
    if (answer.values("cache-control").findAny().isEmpty()) {
      all.add(new Header("Cache-Control", cacheControl(answer)));
    } else if (isForOne(answer.declaration())) {
      all.add(new Header("Cache-Control", "private"));
    }
    if (isRepresentation(answer.status()) && answer.values("etag").findAny().isEmpty()) {
      all.add(new Header("ETag", etag(all, body)));
    }
    Set<String> vary = answer.vary();
    vary.addAll(downstreamVary(answer.declaration()));
    if (!vary.isEmpty()) {
      all.add(
          new Header(
              "Vary", vary.stream().map(StoredHeaders::titled).collect(Collectors.joining(", "))));
    }
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

  /** A browser's cache too outlives who is logged in with it. */
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

  private static String cacheControl(StoragePolicy answer) {
    CacheDeclaration.Terms terms = answer.declaration().terms();
    StringBuilder text =
        new StringBuilder(isForOne(answer.declaration()) ? "private" : "public")
            .append(", max-age=")
            .append(answer.expire().toSeconds());
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
}
