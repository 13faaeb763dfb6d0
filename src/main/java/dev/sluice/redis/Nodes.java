package dev.sluice.redis;

import dev.sluice.redis.ScriptPipeline.Call;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The nodes of one Redis, and which of them has a key. */
sealed interface Nodes extends AutoCloseable permits SingleNode, ClusterNodes {

  /** Whether all can be called. */
  boolean areAvailable();

  /** A node for a command without keys. */
  NodeConnection any();

  /** Runs one call on the node that has the key. */
  <T> T at(byte[] key, Function<NodeConnection, T> call);

  /** As {@link RedisConnection#run(List)}. */
  List<@Nullable Object> run(List<Call> calls);

  /** As {@link RedisConnection#grouped}. */
  <T> List<List<T>> grouped(List<T> all, Function<T, byte[]> key);

  /** Whether the node that has the key can be called. */
  boolean isAvailable(byte[] key);

  @Override
  void close();
}
