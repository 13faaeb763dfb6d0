package dev.sluice.background;

/** What becomes of ticks of a {@link Recurring} handler at which no node was there. */
public enum MissedTicks {
  /** The latest of them runs as soon as a node is there; the others never. */
  RUN_ONCE,
  /** Those that are more than a minute late never run. */
  SKIP
}
