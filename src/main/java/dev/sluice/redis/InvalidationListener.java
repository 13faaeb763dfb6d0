package dev.sluice.redis;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Listens to one Redis server for changes of keys, and connects again when the connection is lost.
 * It takes one thread, the one that calls {@link #run}, until {@link #stop}.
 *
 * <p>A server that is connected but no longer replies is noticed after twice {@link #SILENCE}.
 */
public final class InvalidationListener implements Runnable {

  /** How long the server may be silent before it is asked for a sign of life. */
  static final Duration SILENCE = Duration.ofSeconds(1);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER_REFUSAL = Duration.ofMinutes(1);

  /** Error codes of a server that does not support, or does not permit, CLIENT TRACKING. */
  private static final Set<String> REFUSALS = Set.of("ERR", "NOPERM");

  private static final System.Logger LOG = System.getLogger(InvalidationListener.class.getName());

  private final RedisServer server;
  private final String prefix;
  private final Invalidations receiver;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;
  private boolean hasListened;
  private boolean wasRefused;

  InvalidationListener(RedisServer server, String prefix, Invalidations receiver) {
    this.server = server;
    this.prefix = prefix;
    this.receiver = receiver;
  }

  /** Listens until {@link #stop}, or until the thread is interrupted. */
  @Override
  public void run() {
    if (!begin()) {
      return;
    }
    try {
      while (!stopping.await(listen().toMillis(), TimeUnit.MILLISECONDS)) {
        // Connects again.
      }
    } catch (InterruptedException e) {
      // Asked to end, by stop() or by the container.
    } finally {
      end();
    }
  }

  private synchronized boolean begin() {
    if (stopping.getCount() == 0) {
      return false;
    }
    thread = Thread.currentThread();
    return true;
  }

  private synchronized void end() {
    thread = null;
    Thread.interrupted(); // the interrupt of stop() is not meant for the thread's next work
    stopped.countDown();
  }

  /**
   * Ends {@link #run}, and waits for its end.
   *
   * @return whether it ended within {@code bound}
   */
  public boolean stop(Duration bound) {
    synchronized (this) {
      stopping.countDown();
      if (thread == null) {
        return true;
      }
      thread.interrupt();
    }
    try {
      return stopped.await(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Listens as long as the connection lasts; returns the pause before the next one. */
  private Duration listen() {
    DeadlineSocket.startDeadline(SILENCE);
    try (TrackingConnection connection = server.connectTracking(SILENCE)) {
      return listen(connection);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "Cannot listen to Redis at {0}: {1}", server.name(), e.getMessage());
      return RETRY;
    } finally {
      DeadlineSocket.endDeadline();
    }
  }

  private Duration listen(TrackingConnection connection) {
    try {
      connection.track(prefix);
    } catch (JedisDataException e) {
      if (!REFUSALS.contains(String.valueOf(e.getMessage()).split(" ", 2)[0])) {
        throw e;
      }
      logRefusal(e);
      return RETRY_AFTER_REFUSAL;
    }
    logListening();
    receiver.listening();
    try {
      while (stopping.getCount() > 0) {
        receive(connection.next());
      }
    } catch (JedisException e) {
      logLost(e);
    } finally {
      receiver.disconnected();
    }
    return RETRY;
  }

  /** A list: the kind of message, the channel, and the keys; no keys stand for all of them. */
  private void receive(Object message) {
    List<?> parts = (List<?>) message;
    if (!"message".equals(text(parts.get(0)))) {
      return; // a sign of life
    }
    if (parts.get(2) instanceof List<?> keys) {
      keys.forEach(key -> receiver.changed(text(key)));
    } else {
      receiver.flushed();
    }
  }

  private static String text(@Nullable Object bytes) {
    return bytes instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "";
  }

  private void logListening() {
    if (hasListened || wasRefused) {
      LOG.log(
          Level.INFO, "Redis at {0} reports changes again; the near cache is on.", server.name());
    }
    hasListened = true;
    wasRefused = false;
  }

  private void logLost(JedisException cause) {
    if (stopping.getCount() > 0) {
      LOG.log(
          Level.INFO,
          "Redis at {0} no longer reports changes: {1}. The near cache is off until it does.",
          server.name(),
          cause.getMessage());
    }
  }

  private void logRefusal(JedisDataException refusal) {
    if (!wasRefused) {
      wasRefused = true;
      LOG.log(
          Level.WARNING,
          "Redis at {0} does not report changes: {1}. The near cache is off: each hit is read from"
              + " Redis. It needs the commands CLIENT ID, CLIENT TRACKING and SUBSCRIBE, and the"
              + " channel __redis__:invalidate.",
          server.name(),
          refusal.getMessage());
    }
  }
}
