package dev.sluice.cache;

/** One header field line of an answer. */
record Header(String name, String value) {}
