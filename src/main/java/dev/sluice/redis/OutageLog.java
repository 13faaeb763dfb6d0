package dev.sluice.redis;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The log of one feature's calls to one server: one line when an outage begins and one when it
 * ends; a mistake in calls once a minute. A server that fails on and off is reported a few times a
 * minute only.
 */
final class OutageLog {

  private static final System.Logger LOG = System.getLogger(RedisConnection.class.getName());

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final int OUTAGES_A_MINUTE = 5;
  private static final int MOST_MISTAKES = 100;

  /** Numbers and digests, which differ where the mistake is the same. */
  private static final Pattern VARIABLE = Pattern.compile("[0-9a-f]*\\d[0-9a-f]*");

  private enum State {
    WELL,
    OUTAGE,
    OUTAGE_NOT_REPORTED
  }

  private final String server;
  private final RedisUse use;
  private final Map<String, Long> mistakes = new ConcurrentHashMap<>();
  private volatile State state = State.WELL;
  private long minute = System.nanoTime();
  private int outages;

  OutageLog(String server, RedisUse use) {
    this.server = server;
    this.use = use;
  }

  boolean isOutage() {
    return state != State.WELL;
  }

  /** To be told as often as is convenient while an outage lasts. */
  synchronized void begin(String reason) {
    if (state != State.WELL) {
      return;
    }
    state = isQuiet() ? State.OUTAGE : State.OUTAGE_NOT_REPORTED;
    if (state == State.OUTAGE) {
      LOG.log(
          Level.WARNING,
          "Redis at {0} is in trouble for {1}: {2}. It is tried again every second; until it is"
              + " back {3}.",
          server,
          use.label(),
          reason,
          use.meanwhile());
    }
  }

  private boolean isQuiet() {
    long now = System.nanoTime();
    if (now - minute > MINUTE) {
      minute = now;
      outages = 0;
    }
    return outages++ < OUTAGES_A_MINUTE;
  }

  synchronized void end() {
    if (state == State.OUTAGE) {
      LOG.log(Level.INFO, "Redis at {0} is back; {1} are shared again.", server, use.label());
    }
    state = State.WELL;
  }

  /** A mistake in a call, which has no other place to be seen; the same one once a minute. */
  void mistake(String reason) {
    String kind = VARIABLE.matcher(reason).replaceAll("#");
    long now = System.nanoTime();
    if (mistakes.size() >= MOST_MISTAKES) {
      mistakes.clear();
    }
    Long last = mistakes.putIfAbsent(kind, now);
    if (last == null || (now - last > MINUTE && mistakes.replace(kind, last, now))) {
      LOG.log(
          Level.WARNING, "A call to Redis at {0} for {1} failed: {2}", server, use.label(), reason);
    }
  }
}
