package dev.sluice.redis;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one translation of what the Redis client throws.
 *
 * @param reason for the log and for messages: Redis's own words, or what happened to the connection
 */
record RedisError(Kind kind, String reason) {

  /** What an error says of the server, and so what follows from it. */
  enum Kind {
    /** No reply, or no connection. Counts towards the circuit breaker. */
    NO_REPLY,
    /** The command is not permitted or not known there. Counts towards the circuit breaker. */
    NOT_PERMITTED,
    /**
     * The server does not serve, by its own word, which needs no confirmation: opens the circuit
     * breaker and drops all connections, since the address may lead to another server now.
     */
    REFUSED,
    /** A key holds a value of another type: for the feature to heal. */
    CORRUPT,
    /** The call itself was at fault, not the server. */
    MISTAKE,
    /** The calling thread was interrupted, which is nobody's fault. */
    INTERRUPTED
  }

  /** Error codes of a server that replies but does not serve. */
  private static final Set<String> REFUSALS =
      Set.of(
          "LOADING",
          "READONLY",
          "MISCONF",
          "OOM",
          "BUSY",
          "UNKILLABLE",
          "MASTERDOWN",
          "NOREPLICAS",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOAUTH",
          "WRONGPASS");

  /** Error codes of a node of Redis Cluster that is called as if it were alone. */
  private static final Set<String> CLUSTER = Set.of("MOVED", "ASK", "CROSSSLOT");

  /** The error of a command within a script, which Redis 6 wraps in one of the script. */
  private static final Pattern IN_SCRIPT =
      Pattern.compile("^ERR Error running script.*?: -?([A-Z]{2,} .*)$", Pattern.DOTALL);

  private static final Pattern NOT_PERMITTED =
      Pattern.compile(
          "^NOPERM .*|^ERR unknown (sub)?command.*|.*The user executing the script can't .*"
              + "|.*ACL failure in script.*",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  /** Translates what a call threw; the calling thread's deadline is still set. */
  static RedisError of(JedisException thrown) {
    if (thrown instanceof RedisServer.RefusedException) {
      return new RedisError(Kind.REFUSED, message(thrown));
    }
    if (thrown instanceof JedisDataException) {
      return ofReply(message(thrown));
    }
    if (isInterrupt(thrown)) {
      Thread.currentThread().interrupt(); // the pool's wait cleared it
      return new RedisError(Kind.INTERRUPTED, "the calling thread was interrupted");
    }
    long moved = DeadlineSocket.movedWithoutEnd();
    if (moved > 0) {
      return new RedisError(
          Kind.MISTAKE, "too large for the time budget, which ended after " + moved + " bytes");
    }
    return new RedisError(Kind.NO_REPLY, message(innermost(thrown)));
  }

  /** Translates an error reply. */
  static RedisError ofReply(String reply) {
    Matcher inScript = IN_SCRIPT.matcher(reply);
    String error = inScript.matches() ? inScript.group(1) : reply;
    String code = error.split("[ :]", 2)[0];
    if (code.equals("WRONGTYPE")) {
      return new RedisError(Kind.CORRUPT, error);
    } else if (REFUSALS.contains(code)) {
      return new RedisError(Kind.REFUSED, error);
    } else if (CLUSTER.contains(code)) {
      return new RedisError(
          Kind.REFUSED, code + ": it is a node of Redis Cluster, which needs redis+cluster://");
    } else if (NOT_PERMITTED.matcher(error).matches()) {
      return new RedisError(Kind.NOT_PERMITTED, error.split(", with args", 2)[0]);
    }
    return new RedisError(Kind.MISTAKE, error);
  }

  /** The exception that tells a feature. */
  RedisException toException(String server) {
    String message = "Redis at " + server + " failed: " + reason;
    return switch (kind) {
      case NO_REPLY, NOT_PERMITTED, REFUSED -> RedisUnavailableException.failed(message);
      case CORRUPT -> new RedisCorruptException(message);
      case MISTAKE, INTERRUPTED -> new RedisException(message);
    };
  }

  private static boolean isInterrupt(Throwable thrown) {
    for (@Nullable Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof InterruptedException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  private static Throwable innermost(Throwable thrown) {
    Throwable inner = thrown;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static String message(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }
}
