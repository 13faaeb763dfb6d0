package dev.sluice.redis;

import dev.sluice.redis.RedisUrl.Address;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** A node of a cluster has not run a command, since it does not serve the slot of its keys. */
final class RedirectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Where the command belongs. */
  enum Kind {
    /** To the target from now on. */
    MOVED,
    /** To the target this time: the slot is on its way there. */
    ASK,
    /** To the same node in a moment: some of its keys are on their way. */
    TRY_AGAIN
  }

  private final Kind kind;
  private final transient Optional<Address> target;

  private RedirectedException(Kind kind, Optional<Address> target, String reply) {
    super(reply, null, false, false);
    this.kind = kind;
    this.target = target;
  }

  /** Whether a reply says so. */
  static boolean is(@Nullable Object reply) {
    return reply instanceof JedisMovedDataException
        || reply instanceof JedisAskDataException
        || (reply instanceof JedisDataException error
            && String.valueOf(error.getMessage()).startsWith("TRYAGAIN"));
  }

  static RedirectedException of(JedisDataException reply) {
    String text = String.valueOf(reply.getMessage());
    if (reply instanceof JedisMovedDataException moved) {
      return new RedirectedException(Kind.MOVED, address(moved.getTargetNode()), text);
    } else if (reply instanceof JedisAskDataException ask) {
      return new RedirectedException(Kind.ASK, address(ask.getTargetNode()), text);
    }
    return new RedirectedException(Kind.TRY_AGAIN, Optional.empty(), text);
  }

  /** The same, of a reply of which {@link #is} is true. */
  static RedirectedException ofReply(@Nullable Object reply) {
    return of((JedisDataException) Objects.requireNonNull(reply));
  }

  private static Optional<Address> address(HostAndPort node) {
    return Optional.of(new Address(node.getHost(), node.getPort()));
  }

  Kind kind() {
    return kind;
  }

  /** The other node; empty for {@link Kind#TRY_AGAIN}. */
  Optional<Address> target() {
    return target;
  }
}
