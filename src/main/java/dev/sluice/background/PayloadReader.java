package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the payloads of claimed tasks, as many in a call as a number of bytes allows. After a call
 * that failed the number is halved, so that payloads which do not arrive in time together arrive
 * one by one; after one that succeeded it is doubled.
 */
final class PayloadReader {

  private static final int MOST_BYTES = 2 << 20;

  private final TaskStore store;
  private int bytes = MOST_BYTES;

  PayloadReader(TaskStore store) {
    this.store = store;
  }

  /** The first of these, at least one, that the next call may read. */
  List<Lease> batch(List<Lease> unread) {
    List<Lease> batch = new ArrayList<>();
    long sum = 0;
    for (Lease lease : unread) {
      sum += lease.task().payloadLength();
      if (!batch.isEmpty() && sum > bytes) {
        break;
      }
      batch.add(lease);
    }
    return batch;
  }

  /**
   * Reads them in one call; one that the store does not have stays unread.
   *
   * @throws RedisException if the store does not reply in time
   */
  void read(List<Lease> batch) {
    bytes = Math.max(1, bytes / 2);
    Map<TaskId, String> payloads = store.payloads(batch);
    bytes = Math.min(MOST_BYTES, bytes * 4);
    for (Lease lease : batch) {
      String payload = payloads.get(lease.id());
      if (payload != null) {
        lease.withPayload(payload);
      }
    }
  }
}
