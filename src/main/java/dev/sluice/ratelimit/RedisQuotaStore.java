package dev.sluice.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisScript;
import dev.sluice.redis.RedisUnavailableException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Counts in Redis, on its clock, in one call. Keys are {@code PREFIX:r:{client}:policy}, both
 * hashed: what one client has used stands in one slot of a cluster.
 */
final class RedisQuotaStore implements QuotaStore {

  private static final System.Logger LOG = System.getLogger(RedisQuotaStore.class.getName());
  private static final RedisScript DECIDE = RedisScript.of(RedisQuotaStore.class, "decide.lua");
  private static final byte[] COMMIT = {'c'};
  private static final byte[] PEEK = {'p'};

  private final RedisConnection redis;
  private final String prefix;
  private final Optional<InstantMicros> clock;

  /** The clock of a test. */
  interface InstantMicros {
    long now();
  }

  RedisQuotaStore(RedisConnection redis, String keyPrefix) {
    this(redis, keyPrefix, Optional.empty());
  }

  RedisQuotaStore(RedisConnection redis, String keyPrefix, Optional<InstantMicros> clock) {
    this.redis = redis;
    this.prefix = keyPrefix + ":r:{";
    this.clock = clock;
  }

  @Override
  public List<QuotaState> decide(List<Charge> quotas) {
    return run(quotas, COMMIT);
  }

  @Override
  public List<QuotaState> peek(List<Charge> quotas) {
    return run(quotas, PEEK);
  }

  @Override
  public void reset(List<Charge> quotas) {
    byte[][] keys = keys(quotas).toArray(byte[][]::new);
    asked(() -> redis.call(jedis -> jedis.del(keys)));
  }

  private List<QuotaState> run(List<Charge> quotas, byte[] mode) {
    List<byte[]> arguments = new ArrayList<>(quotas.size() + 2);
    for (Charge quota : quotas) {
      arguments.add(argument(quota));
    }
    arguments.add(mode);
    clock.ifPresent(now -> arguments.add(Long.toString(now.now()).getBytes(US_ASCII)));
    List<?> reply = (List<?>) asked(() -> redis.run(DECIDE, keys(quotas), arguments));
    List<QuotaState> states = new ArrayList<>(quotas.size());
    for (int i = 0; i < reply.size(); i += 3) {
      states.add(
          new QuotaState((Long) reply.get(i), (Long) reply.get(i + 1), (Long) reply.get(i + 2)));
    }
    return states;
  }

  private List<byte[]> keys(List<Charge> quotas) {
    List<byte[]> keys = new ArrayList<>(quotas.size());
    for (Charge quota : quotas) {
      keys.add((prefix + quota.client() + "}:" + quota.policy().key()).getBytes(US_ASCII));
    }
    return keys;
  }

  private static byte[] argument(Charge quota) {
    Limit limit = quota.policy().limit();
    return ByteBuffer.allocate(26)
        .put((byte) quota.policy().algorithm().code())
        .put((byte) (quota.isEnforced() ? 1 : 0))
        .putDouble((double) limit.amount())
        .putDouble((double) limit.periodMicros())
        .putDouble(quota.cost())
        .array();
  }

  private interface Call<T> {
    T get();
  }

  private <T> T asked(Call<T> call) {
    try {
      return call.get();
    } catch (RedisUnavailableException e) {
      throw new QuotaStoreException(e);
    } catch (JedisDataException e) {
      LOG.log(Level.WARNING, "Redis at {0} cannot count: {1}", redis, e.getMessage());
      throw new QuotaStoreException(e);
    }
  }
}
