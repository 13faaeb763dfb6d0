package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Retry;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store keeps, on a clock that the test sets. */
abstract class TaskStoreContract {

  static final Duration LEASE = Duration.ofSeconds(30);
  static final Duration RETENTION = Duration.ofHours(1);
  static final int CAPACITY = 5;

  final SettableClock clock = new SettableClock();

  abstract TaskStore store();

  private static Task task(int maxAttempts) {
    return new Task(
        TaskId.random(),
        "org.example.Mailer",
        "{\"to\":\"Jürgen\"}",
        maxAttempts,
        Optional.of(Duration.ofSeconds(7)));
  }

  private static Submission now(Task task) {
    return new Submission(task, Duration.ZERO);
  }

  private Claim added(Task task) {
    assertThat(store().add(List.of(now(task)), "a.1")).containsExactly(task.id());
    return new Claim(task, 1, "a.1");
  }

  private void settle(Claim claim, Outcome outcome) {
    Completion ending = new Completion(claim, outcome);
    assertThat(store().settle(List.of(ending))).isEmpty();
  }

  private void refusesToSettle(Claim claim, Outcome outcome) {
    Completion ending = new Completion(claim, outcome);
    assertThat(store().settle(List.of(ending))).containsExactly(ending);
  }

  private void assertState(Task task, TaskStatus.State state, int attempts) {
    assertThat(store().find(task.id()))
        .hasValueSatisfying(
            status -> {
              assertThat(status.state()).isEqualTo(state);
              assertThat(status.attempts()).isEqualTo(attempts);
            });
  }

  @Test
  void whatIsAddedIsHeldByWhoAddedItUntilItsLeaseEnds() {
    Task task = task(3);
    added(task);
    clock.advance(LEASE.minusMillis(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store().claim(10, "b.1")).containsExactly(new Claim(task, 2, "b.1"));
  }

  @Test
  void aRenewedLeaseStartsAnew() {
    Claim claim = added(task(3));
    for (int third = 0; third < 60; third++) {
      clock.advance(LEASE.dividedBy(3));
      assertThat(store().renew(List.of(claim))).isEmpty();
      assertThat(store().claim(10, "b.1")).isEmpty();
    }
  }

  @Test
  void addingTheSameTwiceIsAddingItOnce() {
    Task task = task(3);
    added(task);
    assertThat(store().add(List.of(now(task)), "b.1")).isEmpty();
    assertThat(store().add(List.of(now(task), now(task)), "b.2")).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "c.1")).hasSize(1);
  }

  @Test
  void addsAllOrNone() {
    List<Submission> tooMany = Stream.generate(() -> now(task(3))).limit(CAPACITY + 1).toList();
    assertThatThrownBy(() -> store().add(tooMany, "a.1")).isInstanceOf(TaskRejection.class);
    assertThat(tooMany).allSatisfy(each -> assertThat(store().find(each.task().id())).isEmpty());
    assertThat(store().add(tooMany.subList(0, CAPACITY), "a.1")).hasSize(CAPACITY);
  }

  @Test
  void aDelayedTaskIsNobodysUntilItIsDue() {
    Task task = task(3);
    store().add(List.of(new Submission(task, Duration.ofMinutes(10))), "a.1");
    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store().claim(10, "b.1")).containsExactly(new Claim(task, 1, "b.1"));
  }

  @Test
  void claimsWhatIsLongestDueFirstAndNoMoreThanAsked() {
    Task later = task(3);
    Task sooner = task(3);
    store().add(List.of(new Submission(later, Duration.ofSeconds(2))), "a.1");
    store().add(List.of(new Submission(sooner, Duration.ofSeconds(1))), "a.2");
    clock.advance(Duration.ofSeconds(3));
    assertThat(store().claim(1, "b.1")).extracting(Claim::task).containsExactly(sooner);
    assertThat(store().claim(1, "b.2")).extracting(Claim::task).containsExactly(later);
  }

  @Test
  void aDoneTaskIsGoneFromTheQueueAndRemembered() {
    Claim claim = added(task(3));
    settle(claim, new Done());
    assertThat(store().renew(List.of(claim))).isEmpty(); // on its way while it ended
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertState(claim.task(), DONE, 1);
  }

  @Test
  void whatHasEndedIsNotAddedAgain() {
    Claim done = added(task(3));
    settle(done, new Done());
    Claim dead = added(task(3));
    settle(dead, new Dead("no"));
    assertThat(store().add(List.of(now(done.task()), now(dead.task())), "b.1")).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.2")).isEmpty();
  }

  @Test
  void sayingTwiceThatItIsDoneIsHarmless() {
    Claim claim = added(task(3));
    settle(claim, new Done());
    settle(claim, new Done());
    settle(claim, new Retry(Duration.ZERO, "late"));
    assertState(claim.task(), DONE, 1);
    assertThat(store().claim(10, "b.1")).isEmpty();
  }

  @Test
  void whoWasOvertakenCanNeitherFinishNorFailNorRenewTheTask() {
    Claim frozen = added(task(3));
    clock.advance(LEASE);
    Claim living = store().claim(1, "b.1").get(0);
    assertThat(store().renew(List.of(frozen, living))).containsExactly(frozen);
    refusesToSettle(frozen, new Done());
    refusesToSettle(frozen, new Retry(Duration.ZERO, "no"));
    refusesToSettle(frozen, new Dead("no"));
    refusesToSettle(frozen, new HandBack(Duration.ZERO));
    refusesToSettle(frozen, new Discarded());
    assertState(living.task(), PENDING, 2);
    settle(living, new Done());
    refusesToSettle(frozen, new Dead("no"));
    assertState(living.task(), DONE, 2);
  }

  @Test
  void aFailedTaskIsDueAgainAfterItsDelayWithItsError() {
    Claim claim = added(task(3));
    settle(claim, new Retry(Duration.ofSeconds(5), "no route"));
    assertThat(store().find(claim.task().id()).orElseThrow().error()).contains("no route");
    clock.advance(Duration.ofMillis(4999));
    assertThat(store().claim(10, "a.2")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store().claim(10, "a.2")).containsExactly(new Claim(claim.task(), 2, "a.2"));
    refusesToSettle(claim, new Done());
  }

  @Test
  void aTaskThatKillsItsNodesEndsAmongTheDead() {
    Task task = task(3);
    added(task);
    for (int attempt = 2; attempt <= 3; attempt++) {
      clock.advance(LEASE);
      assertThat(store().claim(10, "n." + attempt)).hasSize(1);
    }
    clock.advance(LEASE);
    assertThat(store().claim(10, "n.4")).isEmpty();
    assertState(task, DEAD, 3);
    assertThat(store().find(task.id()).orElseThrow().error())
        .contains("its node died in attempt 3");
  }

  @Test
  void aDeadTaskKeepsItsErrorAndIsNotClaimedAgain() {
    Claim claim = added(task(3));
    settle(claim, new Dead("disk full"));
    assertThat(store().renew(List.of(claim))).isEmpty(); // on its way while it ended
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertState(claim.task(), DEAD, 1);
    assertThat(store().find(claim.task().id()).orElseThrow().error()).contains("disk full");
  }

  @Test
  void whatIsHandedBackIsDueForAnybodyAndCountsNoAttempt() {
    Claim claim = added(task(1));
    settle(claim, new HandBack(Duration.ZERO));
    assertState(claim.task(), PENDING, 0);
    assertThat(store().claim(10, "b.1")).containsExactly(new Claim(claim.task(), 1, "b.1"));
  }

  @Test
  void aLaterAttemptThatIsHandedBackIsNotCountedEither() {
    Claim first = added(task(2));
    settle(first, new Retry(Duration.ZERO, "no route"));
    settle(store().claim(1, "a.2").get(0), new HandBack(Duration.ZERO));
    assertThat(store().claim(1, "a.3")).containsExactly(new Claim(first.task(), 2, "a.3"));
  }

  @Test
  void whoseReplyWasLostGetsTheSameClaimsAgain() {
    Task first = task(3);
    Task second = task(3);
    Task third = task(3);
    store().add(List.of(now(first), now(second)), "a.1");
    clock.advance(Duration.ofMillis(1));
    store().add(List.of(now(third)), "a.2");
    clock.advance(LEASE);
    List<Claim> claims = store().claim(2, "b.1");
    assertThat(claims).hasSize(2);
    clock.advance(LEASE.minusMillis(1));
    assertThat(store().claim(1, "b.1")).containsExactlyInAnyOrderElementsOf(claims);
    clock.advance(LEASE.minusMillis(1)); // the leases began anew
    assertThat(store().claim(5, "c.1")).extracting(Claim::task).containsExactly(third);
    settle(claims.get(0), new Done());
    assertThat(store().claim(5, "b.1")).containsExactly(claims.get(1));
    assertThat(claims).extracting(Claim::attempt).containsOnly(2);
  }

  @Test
  void aDelayedTaskThatIsDiscardedNeverWasUnlessSomebodyHasClaimedIt() {
    Task task = task(3);
    Task claimed = task(3);
    for (Task each : List.of(task, claimed)) {
      store().add(List.of(new Submission(each, Duration.ofSeconds(1))), "a.1");
    }
    refusesToSettle(new Claim(task, 1, "a.1"), new Done());
    settle(new Claim(task, 0, "a.1"), new Discarded());
    assertThat(store().find(task.id())).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(store().claim(10, "b.1")).containsExactly(new Claim(claimed, 1, "b.1"));
    refusesToSettle(new Claim(claimed, 0, "a.1"), new Discarded());
  }

  @Test
  void keepsWhateverTextAsItIs() {
    for (String text : List.of("", "\n1 2 done\n\n", "größer 日本語 \0 😀", " 5  x 0\n")) {
      Task task = new Task(TaskId.random(), "org.example.Größe", text, 9, Optional.empty());
      Claim claim = added(task);
      settle(claim, new Retry(Duration.ZERO, "first"));
      settle(store().claim(1, "a.2").get(0), new Retry(Duration.ZERO, text + "!"));
      assertThat(store().find(task.id()).orElseThrow().error()).contains(text + "!");
      Claim third = store().claim(1, "a.3").get(0);
      assertThat(third).isEqualTo(new Claim(task, 3, "a.3"));
      settle(third, new Dead(text + "?"));
      assertThat(store().find(task.id()).orElseThrow().error()).contains(text + "?");
      assertState(task, DEAD, 3);
    }
  }

  @Test
  void whatIsDiscardedNeverWas() {
    Claim claim = added(task(3));
    settle(claim, new Discarded());
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertThat(store().find(claim.task().id())).isEmpty();
  }

  @Test
  void endedTasksMakeRoom() {
    for (int i = 0; i < 3 * CAPACITY; i++) {
      settle(added(task(3)), new Done());
    }
  }
}
