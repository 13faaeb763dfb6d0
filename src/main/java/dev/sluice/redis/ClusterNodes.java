package dev.sluice.redis;

import dev.sluice.redis.NodeConnection.Options;
import dev.sluice.redis.RedirectedException.Kind;
import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.ScriptPipeline.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The primaries of a Redis Cluster. Calls follow {@code MOVED} and {@code ASK}, with which a node
 * says that it has run nothing, and wait out {@code TRYAGAIN}, all within the budget of the call. A
 * call whose reply was lost is never repeated: the next one looks for the slot's primary again.
 *
 * <p>Jedis's own cluster client makes its own sockets, which have no deadline, and repeats commands
 * after a lost connection.
 */
final class ClusterNodes implements Nodes {

  private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

  private final RedisServer cluster;
  private final Options options;
  private final SlotTable slots;
  private final Map<Address, NodeConnection> nodes = new ConcurrentHashMap<>();

  ClusterNodes(RedisServer cluster, Options options) {
    this.cluster = cluster;
    this.options = options;
    this.slots = new SlotTable(cluster.addresses(), this::node);
  }

  private NodeConnection node(Address address) {
    return nodes.computeIfAbsent(
        address, it -> new NodeConnection(cluster.nodeOfCluster(it), options));
  }

  @Override
  public boolean areAvailable() {
    return slots.distinct().stream().map(this::node).allMatch(NodeConnection::isAvailable);
  }

  @Override
  public void close() {
    nodes.values().forEach(NodeConnection::close);
  }

  /** The primary of any slot: one that is available, if there is one. */
  @Override
  public NodeConnection any() {
    return withinBudget(
        () -> {
          List<Address> primaries = slots.primaries();
          return primaries.stream()
              .map(this::node)
              .filter(NodeConnection::isAvailable)
              .findFirst()
              .orElseGet(() -> node(primaries.get(0)));
        });
  }

  @Override
  public boolean isAvailable(byte[] key) {
    return slots.known(slot(key)).map(address -> node(address).isAvailable()).orElse(true);
  }

  private static int slot(byte[] key) {
    return JedisClusterCRC16.getSlot(key);
  }

  /** The budget of a call begins when a slot is looked for. */
  private <T> T withinBudget(Supplier<T> action) {
    return DeadlineSocket.within(options.budget(), action);
  }

  @Override
  public <T> T at(byte[] key, Function<NodeConnection, T> call) {
    int slot = slot(key);
    return withinBudget(() -> following(slot, call));
  }

  private <T> T following(int slot, Function<NodeConnection, T> call) {
    Address address = slots.primaryOf(slot);
    boolean isAsking = false;
    do {
      NodeConnection node = node(address);
      try {
        return isAsking ? ServerConnection.asking(() -> call.apply(node)) : call.apply(node);
      } catch (RedirectedException e) {
        isAsking = e.kind() == Kind.ASK;
        address = redirected(slot, address, e);
      } catch (RedisUnavailableException e) {
        slots.doubt();
        throw e;
      }
    } while (DeadlineSocket.nanosLeft() > 0);
    throw RedisUnavailableException.failed(
        "Redis Cluster at " + cluster.name() + " has not settled where slot " + slot + " is");
  }

  private Address redirected(int slot, Address from, RedirectedException redirection) {
    if (redirection.target().isEmpty()) {
      LockSupport.parkNanos(Math.min(PAUSE_NANOS, DeadlineSocket.nanosLeft()));
      return slots.primaryOf(slot);
    }
    Address target = redirection.target().get();
    if (target.host().isEmpty()) { // a node that does not know its own name
      target = new Address(from.host(), target.port());
    }
    if (redirection.kind() == Kind.MOVED) {
      slots.moved(slot, target);
    }
    return target;
  }

  @Override
  public List<@Nullable Object> run(List<Call> calls) {
    return withinBudget(() -> runOnEach(calls));
  }

  private List<@Nullable Object> runOnEach(List<Call> calls) {
    List<@Nullable Object> replies = new ArrayList<>(Collections.nCopies(calls.size(), null));
    Map<Address, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      if (!calls.get(i).keys().isEmpty()) {
        Address address = slots.primaryOf(slot(calls.get(i).keys().get(0)));
        places.computeIfAbsent(address, it -> new ArrayList<>()).add(i);
      }
    }
    places.forEach((address, own) -> runOn(address, own, calls, replies));
    return replies;
  }

  private void runOn(
      Address address, List<Integer> places, List<Call> calls, List<@Nullable Object> replies) {
    List<Call> own = places.stream().map(calls::get).toList();
    List<@Nullable Object> ownReplies;
    try {
      ownReplies = node(address).call(new ScriptPipeline(own)::runRedirectable);
    } catch (RedisUnavailableException e) {
      slots.doubt();
      throw e;
    }
    for (int i = 0; i < own.size(); i++) {
      Call call = own.get(i);
      Object reply = ownReplies.get(i);
      replies.set(places.get(i), RedirectedException.is(reply) ? alone(call) : reply);
    }
  }

  /** Runs a script that the node where it was expected has not run. */
  private @Nullable Object alone(Call call) {
    return following(
        slot(call.keys().get(0)),
        node -> {
          Object reply =
              node.call(redis -> new ScriptPipeline(List.of(call)).runRedirectable(redis).get(0));
          if (RedirectedException.is(reply)) {
            throw RedirectedException.ofReply(reply);
          }
          return reply;
        });
  }

  @Override
  public <T> List<List<T>> grouped(List<T> all, Function<T, byte[]> key) {
    Map<Integer, List<T>> bySlot = new LinkedHashMap<>();
    for (T each : all) {
      bySlot.computeIfAbsent(slot(key.apply(each)), it -> new ArrayList<>()).add(each);
    }
    return List.copyOf(bySlot.values());
  }
}
