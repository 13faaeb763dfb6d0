package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.RedisUrl.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Finds the primary by asking its Sentinels, one after the other, within the calling thread's
 * deadline. The address is remembered until it is forgotten; no thread waits for changes.
 */
final class Sentinels implements Supplier<Address> {

  private static final long CHECK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long CHECK_NANOS_AFTER_FAILURE = Duration.ofSeconds(10).toNanos();

  private final List<Address> sentinels;
  private final Transport transport;
  private final String primary;
  private final JedisClientConfig config;
  private final AtomicLong checkAt = new AtomicLong(System.nanoTime());
  private volatile int first;
  private volatile @Nullable Address known;

  /**
   * @param primary the name by which the Sentinels know it
   * @param config how to log in at the Sentinels
   */
  Sentinels(
      List<Address> sentinels, Transport transport, String primary, JedisClientConfig config) {
    this.sentinels = sentinels;
    this.transport = transport;
    this.primary = primary;
    this.config = config;
  }

  /**
   * Returns the primary's address.
   *
   * @throws JedisException if no Sentinel tells it
   */
  @Override
  public Address get() {
    Address address = known;
    if (address == null) {
      address = ask();
      known = address;
    }
    return address;
  }

  /** Asks the Sentinels again the next time, since the address may have changed. */
  void forget() {
    known = null;
  }

  /**
   * Whether the Sentinels name another server than the one in use; asks them once a second, on the
   * thread of one caller. A primary that they replace while it is well learns so late itself: for
   * some seconds it takes writes, and these are lost.
   */
  boolean hasMoved() {
    long due = checkAt.get();
    long now = System.nanoTime();
    Address used = known;
    if (used == null || now - due < 0 || !checkAt.compareAndSet(due, now + CHECK_NANOS)) {
      return false;
    }
    try {
      return !used.equals(ask());
    } catch (JedisException e) {
      checkAt.set(now + CHECK_NANOS_AFTER_FAILURE);
      return false; // Redis can be used as long as it says so itself
    }
  }

  private Address ask() {
    String problem = "none is named";
    int start = first;
    for (int i = 0; i < sentinels.size(); i++) {
      int at = (start + i) % sentinels.size();
      try {
        Optional<Address> address = DeadlineSocket.inHalfTheTime(() -> ask(sentinels.get(at)));
        if (address.isPresent()) {
          first = at;
          return address.get();
        }
        problem = sentinels.get(at) + " does not know it";
      } catch (JedisException e) {
        problem = sentinels.get(at) + ": " + e.getMessage();
      }
    }
    first = (start + 1) % sentinels.size();
    throw new JedisConnectionException("No Sentinel names the primary " + primary + ", " + problem);
  }

  private Optional<Address> ask(Address sentinel) {
    try (Connection connection =
        new Connection(new SocketOpener(() -> sentinel, transport), config)) {
      Object reply =
          connection.executeCommand(
              new CommandArguments(Command.SENTINEL).add("GET-MASTER-ADDR-BY-NAME").add(primary));
      return reply instanceof List<?> parts && parts.size() == 2
          ? Optional.of(new Address(text(parts.get(0)), Integer.parseInt(text(parts.get(1)))))
          : Optional.empty();
    }
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, UTF_8);
  }
}
