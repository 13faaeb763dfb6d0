package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.background.Completion.Done;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LocalTaskStoreTest extends TaskStoreContract {

  private final TaskStore store = new LocalTaskStore(CAPACITY, LEASE, RETENTION, clock);

  @Override
  TaskStore store() {
    return store;
  }

  @Test
  void forgetsWhatHasBeenEndedForTheRetention() {
    Task task = new Task(TaskId.random(), "Mailer", "1", 1, Optional.empty());
    store.add(List.of(new Submission(task, Duration.ZERO)), "a.1");
    store.settle(List.of(new Completion(task.id(), 1, "a.1", new Done())));
    clock.advance(RETENTION.minusMillis(1));
    assertThat(store.find(task.id())).isPresent();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.find(task.id())).isEmpty();
    assertThat(store.add(List.of(new Submission(task, Duration.ZERO)), "a.2"))
        .containsExactly(task.id());
  }

  @Test
  void namesWhatEndsWithThisProcess() {
    Task waiting = new Task(TaskId.random(), "Mailer", "1", 1, Optional.empty());
    Task done = new Task(TaskId.random(), "Mailer", "1", 1, Optional.empty());
    store.add(List.of(new Submission(waiting, Duration.ofDays(1))), "a.1");
    store.add(List.of(new Submission(done, Duration.ZERO)), "a.2");
    store.settle(List.of(new Completion(done.id(), 1, "a.2", new Done())));
    assertThat(store.endWithThisProcess()).containsExactly(waiting.id());
  }

  @Test
  void remembersADoneTaskWithoutItsPayload() {
    String payload = "x".repeat(100);
    WeakReference<String> kept = new WeakReference<>(payload);
    TaskId id = TaskId.random();
    store.add(
        List.of(
            new Submission(new Task(id, "Mailer", payload, 1, Optional.empty()), Duration.ZERO)),
        "a.1");
    store.settle(List.of(new Completion(id, 1, "a.1", new Done())));
    payload = "";
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return kept.get() == null;
            });
    assertThat(store.find(id)).isPresent();
  }
}
