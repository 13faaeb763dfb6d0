package dev.sluice.background;

import static dev.sluice.background.TestTasks.delayed;
import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LocalTaskStoreTest extends TaskStoreContract {

  private final TaskStore store = new LocalTaskStore(SETTINGS, clock);

  @Override
  TaskStore store() {
    return store;
  }

  private void addAndEnd(Submission task, Completion.Outcome outcome) {
    store.add(List.of(task), "a.1");
    store.settle(List.of(new Completion(task.lease("a.1"), outcome)));
  }

  @Test
  void forgetsADoneTaskAfterTheRetention() {
    Submission task = task("1");
    addAndEnd(task, new Done());
    clock.advance(SETTINGS.retention().minusMillis(1));
    assertThat(store.find(task.id())).isPresent();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.find(task.id())).isEmpty();
    assertThat(store.add(List.of(task), "a.2")).containsExactly(task.id());
  }

  @Test
  void forgetsADeadTaskAfterTheRetentionOfTheDead() {
    Submission task = task("1");
    addAndEnd(task, new Dead("disk full"));
    clock.advance(SETTINGS.deadRetention().minusMillis(1));
    assertThat(store.find(task.id())).isPresent();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.find(task.id())).isEmpty();
  }

  @Test
  void namesWhatEndsWithThisProcess() {
    Submission waiting = delayed("1", Duration.ofDays(1));
    store.add(List.of(waiting), "a.1");
    addAndEnd(task("2"), new Done());
    assertThat(store.endWithThisProcess()).containsExactly(waiting.task());
  }

  @Test
  void remembersADoneTaskWithoutItsPayload() {
    String payload = "x".repeat(100);
    WeakReference<String> kept = new WeakReference<>(payload);
    TaskId id = addAndEnd(payload);
    payload = "";
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return kept.get() == null;
            });
    assertThat(store.find(id)).isPresent();
  }

  private TaskId addAndEnd(String payload) {
    Submission task = task(payload);
    addAndEnd(task, new Done());
    return task.id();
  }
}
