package dev.sluice.redis;

import dev.sluice.redis.NodeConnection.Options;
import dev.sluice.redis.ScriptPipeline.Call;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A Redis that keeps all keys on one server. */
final class SingleNode implements Nodes {

  private final NodeConnection node;

  SingleNode(RedisServer server, Options options) {
    this.node = new NodeConnection(server, options);
  }

  @Override
  public boolean areAvailable() {
    return node.isAvailable();
  }

  @Override
  public void close() {
    node.close();
  }

  @Override
  public NodeConnection any() {
    return node;
  }

  @Override
  public <T> T at(byte[] key, Function<NodeConnection, T> call) {
    return call.apply(node);
  }

  @Override
  public List<@Nullable Object> run(List<Call> calls) {
    return node.call(new ScriptPipeline(calls)::run);
  }

  @Override
  public <T> List<List<T>> grouped(List<T> all, Function<T, byte[]> key) {
    return all.isEmpty() ? List.of() : List.of(all);
  }

  @Override
  public boolean isAvailable(byte[] key) {
    return node.isAvailable();
  }
}
