package dev.sluice.cache.store;

/** One header field line of a response. */
public record Header(String name, String value) {}
