package dev.sluice.lifecycle;

/**
 * Jakarta REST has served its first request, and so has configured the methods of all resources.
 * Observers check that none of those that concern them was left out.
 */
public final class Serving {}
