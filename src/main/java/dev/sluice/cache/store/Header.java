package dev.sluice.cache.store;

/** One header field line of an answer. */
public record Header(String name, String value) {}
