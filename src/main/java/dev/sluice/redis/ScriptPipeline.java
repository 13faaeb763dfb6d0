package dev.sluice.redis;

import dev.sluice.redis.RedisError.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Scripts that run in one round trip; in two when Redis does not have one of them yet. Run by
 * {@link RedisConnection#run(List)}.
 */
public final class ScriptPipeline {

  /** The reply of a script that found a value of another type than it expects. */
  public static final Object CORRUPT = new Object();

  /** A script with its keys; one without keys is not run and replies null. */
  public record Call(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    int bytes() {
      int bytes = 0;
      for (byte[] key : keys) {
        bytes += key.length;
      }
      for (byte[] argument : arguments) {
        bytes += argument.length;
      }
      return bytes;
    }
  }

  private final List<Call> calls;

  ScriptPipeline(List<Call> calls) {
    this.calls = List.copyOf(calls);
  }

  /** Runs all scripts and returns their replies, in order. */
  List<@Nullable Object> run(UnifiedJedis redis) {
    List<@Nullable Object> replies = runRedirectable(redis);
    for (Object reply : replies) {
      if (reply instanceof JedisDataException error) {
        throw error;
      }
    }
    return replies;
  }

  /** The same; the reply of a script that a cluster has elsewhere is the error that says so. */
  List<@Nullable Object> runRedirectable(UnifiedJedis redis) {
    List<@Nullable Response<Object>> replies = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Call call : calls) {
        replies.add(
            call.keys().isEmpty()
                ? null
                : pipeline.evalsha(call.script().sha1(), call.keys(), call.arguments()));
      }
      pipeline.sync();
    }
    List<@Nullable Object> all = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      all.add(reply(redis, calls.get(i), replies.get(i)));
    }
    return all;
  }

  private static @Nullable Object reply(
      UnifiedJedis redis, Call call, @Nullable Response<Object> reply) {
    if (reply == null) {
      return null;
    }
    try {
      return reply.get();
    } catch (JedisNoScriptException e) {
      return redis.eval(call.script().source(), call.keys(), call.arguments());
    } catch (JedisDataException e) {
      if (RedirectedException.is(e)) {
        return e;
      }
      if (RedisError.ofReply(String.valueOf(e.getMessage())).kind() == Kind.CORRUPT) {
        return CORRUPT;
      }
      throw e;
    }
  }
}
