package dev.sluice.lifecycle;

/**
 * The application is being undeployed. Observe it with one of these priorities, lowest first: the
 * reverse of the order in which things depend on each other.
 */
public final class Stopping {

  /** Admit no more work, finish what runs within its bound, hand back what has not begun. */
  public static final int WORK = 1000;

  /** Stop listening to others. */
  public static final int LISTENERS = 2000;

  /** Close connections. */
  public static final int CONNECTIONS = 3000;
}
