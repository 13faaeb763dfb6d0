package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskWaitsTest {

  private final SettableClock clock = new SettableClock();
  private final TaskStore store =
      new LocalTaskStore(TestTasks.settings(1000, Duration.ofSeconds(30)), clock);
  private final List<String> asked = new ArrayList<>();
  private boolean replies = true;
  private final TaskWaits waits = new TaskWaits(this::find, clock);
  private final List<String> ended = new ArrayList<>();

  private Optional<TaskStatus> find(TaskId id) {
    asked.add(id.value());
    if (!replies) {
      throw TaskRejection.storeDown();
    }
    return store.find(id);
  }

  private Submission waitFor(String payload, Duration bound) {
    Submission task = TestTasks.task(payload);
    store.add(List.of(task), "a.1");
    waits.add(task.id(), bound, () -> ended.add(payload));
    return task;
  }

  private void end(Submission task) {
    store.settle(List.of(new Completion(task.lease("a.1"), new Completion.Done())));
  }

  @Test
  void endsAWaitWithItsTaskOrAtItsBound() {
    Submission first = waitFor("first", Duration.ofSeconds(10));
    waitFor("second", Duration.ofSeconds(5));
    waits.tick();
    assertThat(ended).isEmpty();
    end(first);
    waits.tick();
    waits.tick();
    assertThat(ended).containsExactly("first");
    clock.advance(Duration.ofSeconds(5));
    waits.tick();
    assertThat(ended).containsExactly("first", "second");
  }

  @Test
  void asksOnceATickWhileTheStoreDoesNotReplyAndKeepsToTheBounds() {
    Submission first = waitFor("first", Duration.ofSeconds(10));
    waitFor("second", Duration.ofSeconds(5));
    end(first);
    replies = false;
    clock.advance(Duration.ofSeconds(5));
    waits.tick();
    assertThat(asked).hasSize(1);
    assertThat(ended).containsExactly("second");
    replies = true;
    waits.tick();
    assertThat(ended).containsExactly("second", "first");
  }

  @Test
  void isFullUntilAWaitEnds() {
    Submission first = waitFor("0", Duration.ofSeconds(10));
    for (int i = 1; i < TaskWaits.MOST; i++) {
      assertThat(waits.isFull()).isFalse();
      waitFor("" + i, Duration.ofSeconds(10));
    }
    assertThat(waits.isFull()).isTrue();
    end(first);
    waits.tick();
    assertThat(waits.isFull()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=10 | 10",
        "respond-async, Wait = 7 | 7",
        "wait=\"5\"; x=y | 5",
        "wait=100000 | 60",
        "wait=-1 | 0",
        "wait=soon | 0",
        "await=10 | 0",
        "return=minimal | 0"
      })
  void readsThePreferenceOfAClient(String field, long seconds) {
    assertThat(TaskStatusFilter.preferredWait(Collections.enumeration(List.of(field))))
        .isEqualTo(seconds);
  }
}
