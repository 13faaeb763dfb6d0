package dev.sluice.lifecycle;

import java.util.ArrayList;
import java.util.List;

/**
 * The application has been deployed. Observe it, with one of these priorities, to open at start
 * what would else open on first use. Observers must not fail because something outside is not
 * there.
 */
public final class Starting {

  /** What holds data: caches first, then the stores behind them. */
  public static final int CACHES = 1000;

  public static final int STORES = 2000;

  /** What needs the others: tasks, then the service. */
  public static final int WORK = 3000;

  public static final int SERVICE = 4000;

  private final List<String> report = new ArrayList<>();

  /** Adds a sentence to the line that the log shows when all has started. */
  public void report(String sentence) {
    report.add(sentence);
  }

  String line() {
    return String.join(" ", report);
  }
}
