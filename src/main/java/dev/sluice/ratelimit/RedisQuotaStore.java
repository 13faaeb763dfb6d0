package dev.sluice.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisException;
import dev.sluice.redis.RedisScript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Counts in Redis, by the clock of Redis, in one call. Keys are {@code PREFIX:r:{client}:quota},
 * both digests: the keys of one client are in one slot of a cluster, which takes one call a slot.
 */
final class RedisQuotaStore implements QuotaStore {

  private static final RedisScript DECIDE = RedisScript.of(RedisQuotaStore.class, "decide.lua");

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
  public Reply run(List<Charge> charges, Mode mode) {
    long id = ThreadLocalRandom.current().nextLong();
    List<List<Charge>> slots = slots(charges);
    return slots.size() == 1 ? runTogether(charges, mode, id) : runApart(charges, slots, mode, id);
  }

  /** Runs the script on charges whose keys are in one slot. */
  private Reply runTogether(List<Charge> charges, Mode mode, long id) {
    String code = Character.toString(mode.code());
    List<?> reply = run(charges, mode == Mode.CHARGE ? withId(code, charges, id) : code);
    List<WindowState> states = new ArrayList<>(charges.size());
    for (int i = 0; i < charges.size(); i++) {
      states.add(
          WindowState.ofMicros(
              charges.get(i),
              (Long) reply.get(3 * i),
              (Long) reply.get(3 * i + 1),
              (Long) reply.get(3 * i + 2)));
    }
    return new Reply(states, new Receipt((Long) reply.get(3 * charges.size()), id));
  }

  /**
   * Decides slot after slot. When one refuses, or cannot be asked, what the slots before it have
   * charged is taken back.
   */
  private Reply runApart(List<Charge> charges, List<List<Charge>> slots, Mode mode, long id) {
    Map<Charge, WindowState> states = new HashMap<>();
    Map<String, Long> times = new HashMap<>();
    List<List<Charge>> charged = new ArrayList<>();
    Mode now = mode;
    try {
      for (List<Charge> slot : slots) {
        Reply reply = runTogether(slot, now, id);
        note(slot, reply, states, times);
        if (now == Mode.CHARGE && isRefused(slot, reply)) {
          now = Mode.PEEK;
        } else if (now == Mode.CHARGE) {
          charged.add(slot);
        }
      }
      if (now != mode) {
        for (List<Charge> slot : charged) {
          refund(slot, new Receipt(0, id, times));
          note(slot, runTogether(slot, Mode.PEEK, id), states, times);
        }
      }
    } catch (QuotaStoreException e) {
      takeBack(charged, new Receipt(0, id, times), e);
      throw e;
    }
    return new Reply(charges.stream().map(states::get).toList(), new Receipt(0, id, times));
  }

  private static void note(
      List<Charge> slot, Reply reply, Map<Charge, WindowState> states, Map<String, Long> times) {
    for (int i = 0; i < slot.size(); i++) {
      states.put(slot.get(i), reply.states().get(i));
      times.put(slot.get(i).client(), reply.receipt().at());
    }
  }

  private static boolean isRefused(List<Charge> slot, Reply reply) {
    for (int i = 0; i < slot.size(); i++) {
      if (slot.get(i).isEnforced() && !reply.states().get(i).admits()) {
        return true;
      }
    }
    return false;
  }

  private void takeBack(List<List<Charge>> charged, Receipt receipt, QuotaStoreException cause) {
    for (List<Charge> slot : charged) {
      try {
        refund(slot, receipt);
      } catch (QuotaStoreException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private List<List<Charge>> slots(List<Charge> charges) {
    return redis.grouped(charges, this::key);
  }

  private static String withId(String mode, List<Charge> charges, long id) {
    for (Charge charge : charges) {
      if (charge.counting().isConcurrent()) {
        return mode + " " + Long.toHexString(id);
      }
    }
    return mode;
  }

  @Override
  public void refund(List<Charge> charges, Receipt receipt) {
    for (List<Charge> slot : slots(charges)) {
      run(slot, withId("r" + receipt.at(slot.get(0)), slot, receipt.id()));
    }
  }

  @Override
  public void renew(List<Charge> charges, Receipt receipt) {
    for (List<Charge> slot : slots(charges)) {
      run(slot, withId(Character.toString(Mode.FORCE.code()), slot, receipt.id()));
    }
  }

  @Override
  public void reset(List<Charge> charges) {
    for (List<Charge> slot : slots(charges)) {
      byte[][] keys = keys(slot).toArray(byte[][]::new);
      call(() -> redis.call(keys[0], jedis -> jedis.del(keys)));
    }
  }

  private List<?> run(List<Charge> charges, String mode) {
    List<byte[]> arguments = new ArrayList<>(charges.size() + 2);
    for (int i = 0; i < charges.size(); i++) {
      boolean isBlock = charges.get(i).counting().isBlock();
      arguments.add(isBlock ? blockArgument(charges, i) : argument(charges.get(i)).array());
    }
    arguments.add(mode.getBytes(US_ASCII));
    clock.ifPresent(now -> arguments.add(Long.toString(now.now()).getBytes(US_ASCII)));
    return (List<?>) call(() -> redis.run(DECIDE, keys(charges), arguments));
  }

  private List<byte[]> keys(List<Charge> charges) {
    List<byte[]> keys = new ArrayList<>(charges.size());
    for (Charge charge : charges) {
      keys.add(key(charge));
    }
    return keys;
  }

  private byte[] key(Charge charge) {
    return (prefix + charge.client() + "}:" + charge.quota().key()).getBytes(US_ASCII);
  }

  private static byte[] blockArgument(List<Charge> charges, int place) {
    byte[] argument = argument(charges.get(place)).array();
    return ByteBuffer.allocate(argument.length + 1)
        .put(argument)
        .put((byte) Charge.siblings(charges, place))
        .array();
  }

  private static ByteBuffer argument(Charge charge) {
    Counting counting = charge.counting();
    return ByteBuffer.allocate(26)
        .put((byte) counting.kind().code())
        .put((byte) (charge.isEnforced() ? 1 : 0))
        .putDouble((double) charge.amount())
        .putDouble((double) counting.periodMicros())
        .putDouble((double) (counting.isBlock() ? counting.blockMicros() : charge.cost()));
  }

  private interface Call<T> {
    T get();
  }

  private <T> T call(Call<T> call) {
    try {
      return call.get();
    } catch (RedisException e) {
      throw new QuotaStoreException(e);
    }
  }
}
