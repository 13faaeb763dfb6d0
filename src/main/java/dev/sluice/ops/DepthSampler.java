package dev.sluice.ops;

import dev.sluice.background.TaskDepths;
import dev.sluice.background.TaskQueue;
import dev.sluice.background.TaskRejectedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The depths of the task queue, asked for once a second at most however many metrics read them. */
@ApplicationScoped
public class DepthSampler {

  private static final long AGE_NANOS = 1_000_000_000;

  @Inject private TaskQueue tasks;

  private @Nullable TaskDepths depths;
  private long sampledAt = System.nanoTime() - AGE_NANOS;

  /** Returns the depths of this second; empty while the store does not reply. */
  synchronized Optional<TaskDepths> depths() {
    if (System.nanoTime() - sampledAt >= AGE_NANOS) {
      try {
        depths = tasks.depths();
      } catch (TaskRejectedException e) {
        depths = null; // said already by the connection, once
      }
      sampledAt = System.nanoTime();
    }
    return Optional.ofNullable(depths);
  }
}
