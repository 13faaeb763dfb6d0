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

  private final List<String> found = new ArrayList<>();
  private final List<String> report = new ArrayList<>();

  /** Adds an item, such as a number of methods, to the list at the start of that line. */
  public void found(String item) {
    found.add(item);
  }

  /** Adds a sentence to the line that the log shows when all has started. */
  public void report(String sentence) {
    report.add(sentence);
  }

  /** The number and the noun, such as "2 cached methods". */
  public static String number(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  String line() {
    return String.join(", ", found) + ". " + String.join(" ", report);
  }
}
