package dev.sluice.cache;

import dev.sluice.cache.store.EntryKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The key of the entry for a request, and the key made from the method's arguments that an eviction
 * names.
 *
 * <p>A part that clients choose freely (the user, a varying header field, an {@code Accept} that no
 * list bounds) belongs to the base key: no number of clients then displaces the entries of others.
 * The entries of all of them carry the arguments' key as a tag, so that one eviction deletes them
 * all.
 *
 * @param logicalKey the hash of the arguments' key
 */
record EntryAddress(EntryKey key, String logicalKey) {

  static EntryAddress of(CacheDeclaration declaration, String logicalKey, Selection selection) {
    List<Object> free = new ArrayList<>(selection.free());
    List<Object> variant = new ArrayList<>(List.of(declaration.id()));
    (Negotiation.isOpen(selection.mediaType()) ? free : variant).add(selection.mediaType());
    String base = free.isEmpty() ? logicalKey : CacheKeys.hash(List.of(logicalKey, free));
    return new EntryAddress(
        new EntryKey(declaration.name(), base, CacheKeys.hash(variant)), logicalKey);
  }

  /** The tags of the entry. */
  List<String> tags(List<String> declared) {
    if (key.base().equals(logicalKey)) {
      return declared;
    }
    List<String> all = new ArrayList<>(declared);
    all.add(logicalKey);
    return all;
  }
}
