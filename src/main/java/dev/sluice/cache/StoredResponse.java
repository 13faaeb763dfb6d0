package dev.sluice.cache;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Header;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;

/**
 * The parts of an entry that each hit needs, parsed once.
 *
 * @param type the media type of the body
 * @param headers all fields but {@code Content-Type}
 */
record StoredResponse(
    Optional<MediaType> type,
    List<Header> headers,
    Optional<String> etag,
    Optional<String> lastModified) {

  static StoredResponse of(CacheEntry entry) {
    return entry.prepared(StoredResponse.class, StoredResponse::parse);
  }

  private static StoredResponse parse(CacheEntry entry) {
    return new StoredResponse(
        entry.header(HttpHeaders.CONTENT_TYPE).map(MediaType::valueOf),
        entry.headers().stream()
            .filter(header -> !header.name().equalsIgnoreCase(HttpHeaders.CONTENT_TYPE))
            .toList(),
        entry.header(HttpHeaders.ETAG),
        entry.header(HttpHeaders.LAST_MODIFIED));
  }
}
