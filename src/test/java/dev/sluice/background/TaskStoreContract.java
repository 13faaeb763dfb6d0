package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.CANCELLED;
import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.PENDING;
import static dev.sluice.background.TaskStatus.State.RUNNING;
import static dev.sluice.background.TestTasks.THREE_ATTEMPTS;
import static dev.sluice.background.TestTasks.delayed;
import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.Completion.Cancelled;
import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Parked;
import dev.sluice.background.Completion.Retry;
import dev.sluice.background.TaskOptions.KeyScope;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store keeps, on a clock that the test sets. */
abstract class TaskStoreContract {

  static final Duration LEASE = Duration.ofSeconds(30);
  static final int CAPACITY = 5;
  static final TaskStoreSettings SETTINGS =
      new TaskStoreSettings(CAPACITY, LEASE, Duration.ofHours(1), Duration.ofDays(7));

  final SettableClock clock = new SettableClock();

  abstract TaskStore store();

  private static Submission mail() {
    return mail(3);
  }

  private static Submission mail(int maxAttempts) {
    return task(
        "{\"to\":\"Jürgen\"}",
        TaskOptions.defaults().withMaxAttempts(maxAttempts).withTimeout(Duration.ofSeconds(7)));
  }

  private Lease added(Submission task) {
    assertThat(store().add(List.of(task), "a.1")).containsExactly(task.id());
    return task.lease("a.1");
  }

  private static Lease delayedBy(Submission task, String owner) {
    return new Lease(task.task(), 0, owner);
  }

  private void settle(Lease lease, Outcome outcome) {
    NotApplied<Completion> notApplied = store().settle(List.of(new Completion(lease, outcome)));
    assertThat(notApplied).isEqualTo(NotApplied.none());
  }

  private void rejectsCompletion(Lease lease, Outcome outcome) {
    Completion completion = new Completion(lease, outcome);
    assertThat(store().settle(List.of(completion)).taken()).containsExactly(completion);
  }

  /** Claims exactly this task in this attempt, with its payload. */
  private Lease claim(String owner, Submission expected, int attempt) {
    List<Lease> leases = store().claim(10, owner);
    assertThat(leases)
        .singleElement()
        .satisfies(
            lease -> {
              assertThat(lease.task()).isEqualTo(expected.task());
              assertThat(lease.attempt()).isEqualTo(attempt);
              assertThat(lease.owner()).isEqualTo(owner);
            });
    assertThat(store().payloads(leases)).containsEntry(expected.id(), expected.payload());
    return leases.get(0);
  }

  private void assertState(TaskId id, TaskStatus.State state, int attempts) {
    assertThat(store().find(id))
        .hasValueSatisfying(
            status -> {
              assertThat(status.state()).isEqualTo(state);
              assertThat(status.attempts()).isEqualTo(attempts);
            });
  }

  private Optional<String> error(TaskId id) {
    return store().find(id).orElseThrow().error();
  }

  @Test
  void holdsAnAddedTaskForItsOwnerUntilTheLeaseEnds() {
    Submission task = mail();
    added(task);
    clock.advance(LEASE.minusMillis(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    claim("b.1", task, 1);
  }

  @Test
  void countsNoAttemptThatItsHolderDidNotBegin() {
    Submission task = task("1", THREE_ATTEMPTS.withIdempotencyKey("key"));
    added(task);
    store().add(List.of(task), "a.2"); // confirms it
    for (String owner : List.of("b.1", "c.1", "d.1")) {
      clock.advance(LEASE);
      assertThat(store().claim(10, owner)).extracting(Lease::attempt).containsExactly(1);
    }
    clock.advance(LEASE);
    claim("e.1", task, 1);
    clock.advance(LEASE);
    claim("f.1", task, 2);
  }

  @Test
  void countsAnAttemptThatHadBegunWhenItsLeaseWasRenewed() {
    Submission task = mail();
    Lease lease = begun(added(task));
    assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none());
    assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none());
    clock.advance(LEASE);
    claim("b.1", task, 2);
    assertThat(store().renew(List.of(lease)).taken()).containsExactly(lease);
  }

  @Test
  void countsAnAttemptThatHadBegunWhenItsTaskWasAddedAgain() {
    Submission task = mail();
    store().restore(List.of(begun(task.lease("a.1"))));
    clock.advance(LEASE);
    claim("b.1", task, 2);
  }

  private static Lease begun(Lease lease) {
    lease.hold(0, LEASE);
    assertThat(lease.release()).isTrue();
    assertThat(lease.begin(0)).isTrue();
    return lease;
  }

  @Test
  void extendsALeaseWithEachRenewal() {
    Lease lease = added(mail());
    for (int third = 0; third < 60; third++) {
      clock.advance(LEASE.dividedBy(3));
      assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none());
      assertThat(store().claim(10, "b.1")).isEmpty();
    }
  }

  @Test
  void addsADuplicateOnce() {
    Submission task = task("1", THREE_ATTEMPTS.withIdempotencyKey("key"));
    added(task);
    assertThat(store().add(List.of(task), "b.1")).isEmpty();
    assertThat(store().add(List.of(task, task), "b.2")).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "c.1")).hasSize(1);
  }

  @Test
  void addsATaskOnceThatOneCallNamesTwice() {
    Submission task = task("1", THREE_ATTEMPTS.withIdempotencyKey("key"));
    assertThat(store().add(List.of(task, task), "a.1")).containsExactly(task.id());
    clock.advance(LEASE);
    assertThat(store().claim(10, "c.1")).hasSize(1);
  }

  @Test
  void addsAllOrNone() {
    List<Submission> tooMany = Stream.generate(() -> mail()).limit(CAPACITY + 1).toList();
    assertThatThrownBy(() -> store().add(tooMany, "a.1")).isInstanceOf(TaskRejection.class);
    assertThat(tooMany).allSatisfy(each -> assertThat(store().find(each.id())).isEmpty());
    assertThat(store().add(tooMany.subList(0, CAPACITY), "a.1")).hasSize(CAPACITY);
  }

  @Test
  void leavesADelayedTaskToNobodyUntilItIsDue() {
    Submission task = delayed("1", Duration.ofMinutes(10));
    store().add(List.of(task), "a.1");
    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    claim("b.1", task, 1);
  }

  @Test
  void claimsWhatIsLongestDueFirstAndNoMoreThanAsked() {
    Submission later = delayed("1", Duration.ofSeconds(2));
    Submission sooner = delayed("2", Duration.ofSeconds(1));
    store().add(List.of(later), "a.1");
    store().add(List.of(sooner), "a.2");
    clock.advance(Duration.ofSeconds(3));
    assertThat(store().claim(1, "b.1")).extracting(Lease::id).containsExactly(sooner.id());
    assertThat(store().claim(1, "b.2")).extracting(Lease::id).containsExactly(later.id());
  }

  @Test
  void removesADoneTaskFromTheQueueAndRemembersIt() {
    Lease lease = added(mail());
    settle(lease, new Done());
    assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none()); // it was on its way
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertState(lease.id(), DONE, 1);
  }

  @Test
  void addsNoDuplicateOfATaskThatHasEnded() {
    TaskOptions keyed = THREE_ATTEMPTS.withIdempotencyKey("done");
    Submission done = task("1", keyed);
    Submission dead = task("1", keyed.withIdempotencyKey("dead"));
    settle(added(done), new Done());
    settle(added(dead), new Dead("no"));
    assertThat(store().add(List.of(done, dead), "b.1")).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.2")).isEmpty();
  }

  @Test
  void addsATaskAgainWhoseKeyIsUniqueUntilTheFirstHasEnded() {
    TaskOptions keyed = THREE_ATTEMPTS.withIdempotencyKey("done", KeyScope.UNTIL_ENDED);
    Submission done = task("1", keyed);
    Submission dead = task("1", keyed.withIdempotencyKey("dead", KeyScope.UNTIL_ENDED));
    assertThat(store().add(List.of(done, dead), "a.1")).hasSize(2);
    assertThat(store().add(List.of(done, dead), "a.2")).isEmpty();
    settle(done.lease("a.1"), new Done());
    settle(dead.lease("a.1"), new Dead("no"));
    assertThat(store().add(List.of(done, dead), "a.3"))
        .containsExactlyInAnyOrder(done.id(), dead.id());
    assertThat(store().add(List.of(done, dead), "a.4")).isEmpty();
    rejectsCompletion(done.lease("a.1"), new Done());
    assertState(dead.id(), RUNNING, 1);
    assertThat(error(dead.id())).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).hasSize(2);
  }

  @Test
  void toleratesToBeToldTwiceThatATaskIsDone() {
    Lease lease = added(mail());
    settle(lease, new Done());
    settle(lease, new Done());
    settle(lease, new Retry(Duration.ZERO, "late"));
    assertState(lease.id(), DONE, 1);
    assertThat(store().claim(10, "b.1")).isEmpty();
  }

  @Test
  void acceptsNothingFromAnOwnerWhoseTaskAnotherHasTaken() {
    Submission task = mail();
    Lease frozen = added(task);
    clock.advance(LEASE);
    Lease living = claim("b.1", task, 1);
    assertThat(store().renew(List.of(frozen, living)).taken()).containsExactly(frozen);
    rejectsCompletion(frozen, new Done());
    rejectsCompletion(frozen, new Retry(Duration.ZERO, "no"));
    rejectsCompletion(frozen, new Dead("no"));
    rejectsCompletion(frozen, new HandBack(Duration.ZERO));
    rejectsCompletion(frozen, new Parked());
    rejectsCompletion(frozen, new Discarded());
    assertState(task.id(), RUNNING, 1);
    settle(living, new Done());
    rejectsCompletion(frozen, new Dead("no"));
    assertState(task.id(), DONE, 1);
  }

  @Test
  void makesAFailedTaskDueAgainAfterItsDelayWithItsError() {
    Submission task = mail();
    Lease lease = added(task);
    settle(lease, new Retry(Duration.ofSeconds(5), "no route"));
    assertThat(error(task.id())).contains("no route");
    clock.advance(Duration.ofMillis(4999));
    assertThat(store().claim(10, "a.2")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(claim("a.2", task, 2).lastError()).contains("no route");
    rejectsCompletion(lease, new Done());
  }

  @Test
  void countsClaimsBeyondTheLastAttemptSoThatTheirCallerCanEndTheTask() {
    Submission task = mail();
    added(task);
    for (int attempt = 1; attempt <= 4; attempt++) {
      clock.advance(LEASE);
      Lease lease = claim("n." + attempt, task, attempt);
      assertThat(lease.isExhausted()).isEqualTo(attempt == 4);
      if (attempt == 4) {
        settle(lease, new Dead("its node died in attempt 3"));
      }
    }
    clock.advance(LEASE);
    assertThat(store().claim(10, "n.5")).isEmpty();
    assertState(task.id(), DEAD, 3);
    assertThat(error(task.id())).contains("its node died in attempt 3");
  }

  @Test
  void keepsADeadTaskWithItsErrorAndPayloadAndOffersItToNobody() {
    Submission task = mail();
    Lease lease = added(task);
    settle(lease, new Dead("disk full"));
    assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none()); // it was on its way
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertState(task.id(), DEAD, 1);
    assertThat(error(task.id())).contains("disk full");
    assertThat(store().payloads(List.of(lease))).containsEntry(task.id(), task.payload());
  }

  @Test
  void keepsNoPayloadOfADoneTask() {
    Submission task = mail();
    Lease lease = added(task);
    settle(lease, new Done());
    assertThat(store().payloads(List.of(lease)).getOrDefault(task.id(), "")).isEmpty();
  }

  @Test
  void makesWhatIsHandedBackDueForAnybodyAndCountsNoAttempt() {
    Submission task = mail(1);
    settle(added(task), new HandBack(Duration.ZERO));
    assertState(task.id(), PENDING, 0);
    claim("b.1", task, 1);
  }

  @Test
  void countsNoLaterAttemptThatIsHandedBack() {
    Submission task = mail(2);
    settle(added(task), new Retry(Duration.ZERO, "no route"));
    settle(claim("a.2", task, 2), new HandBack(Duration.ZERO));
    assertThat(error(task.id())).contains("no route");
    claim("a.3", task, 2);
  }

  @Test
  void offersAParkedTaskToNobodyUntilANodeHasItsHandler() {
    Submission task = mail(1);
    settle(added(task), new Parked());
    clock.advance(Duration.ofDays(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    store().unpark(List.of("org.example.Other"));
    assertThat(store().claim(10, "b.2")).isEmpty();
    assertState(task.id(), PENDING, 0);
    store().unpark(List.of("org.example.Other", task.task().handler()));
    claim("b.3", task, 1);
    store().unpark(List.of(task.task().handler()));
    assertThat(store().claim(10, "b.4")).isEmpty();
  }

  @Test
  void returnsTheSameClaimsAgainAfterALostReply() {
    Submission first = mail();
    Submission second = mail();
    Submission third = mail();
    store().add(List.of(first, second), "a.1");
    clock.advance(Duration.ofMillis(1));
    store().add(List.of(third), "a.2");
    clock.advance(LEASE);
    List<Lease> leases = store().claim(2, "b.1");
    assertThat(leases).extracting(Lease::id).containsExactlyInAnyOrder(first.id(), second.id());
    clock.advance(LEASE.minusMillis(1));
    assertThat(store().claim(1, "b.1"))
        .extracting(Lease::task)
        .containsExactlyInAnyOrder(first.task(), second.task());
    clock.advance(LEASE.minusMillis(1)); // they were renewed
    assertThat(store().claim(5, "c.1")).extracting(Lease::id).containsExactly(third.id());
    settle(leases.get(0), new Done());
    assertThat(store().claim(5, "b.1"))
        .singleElement()
        .satisfies(
            lease -> {
              assertThat(lease.task()).isEqualTo(leases.get(1).task());
              assertThat(lease.attempt()).isEqualTo(1);
            });
  }

  @Test
  void forgetsADelayedTaskThatIsDiscardedUnlessANodeHasClaimedIt() {
    Submission task = delayed("1", Duration.ofSeconds(1));
    Submission claimed = delayed("2", Duration.ofSeconds(1));
    store().add(List.of(task), "a.1");
    store().add(List.of(claimed), "a.1");
    rejectsCompletion(new Lease(task.task(), 1, "a.1"), new Done());
    settle(delayedBy(task, "a.1"), new Discarded());
    assertThat(store().find(task.id())).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    claim("b.1", claimed, 1);
    rejectsCompletion(delayedBy(claimed, "a.1"), new Discarded());
  }

  @Test
  void keepsAnyTextAsItIs() {
    for (String text : List.of("", "\n1 2 done\n\n", "größer 日本語 \0 😀", " 5  x 0\n")) {
      Submission task = task("org.example.Größe", text, TaskOptions.defaults().withMaxAttempts(9));
      settle(added(task), new Retry(Duration.ZERO, "first"));
      settle(claim("a.2", task, 2), new Retry(Duration.ZERO, text + "!"));
      assertThat(error(task.id())).contains(text + "!");
      Lease third = claim("a.3", task, 3);
      settle(third, new Dead(text + "?"));
      assertThat(error(task.id())).contains(text + "?");
      assertState(task.id(), DEAD, 3);
    }
  }

  @Test
  void forgetsWhatIsDiscarded() {
    Lease lease = added(mail());
    settle(lease, new Discarded());
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertThat(store().find(lease.id())).isEmpty();
    assertThat(store().payloads(List.of(lease))).isEmpty();
  }

  @Test
  void keepsWhatIsDiscardedAfterADuplicateHasConfirmedIt() {
    Submission task = task("1", THREE_ATTEMPTS.withIdempotencyKey("key"));
    Lease lease = added(task);
    assertThat(store().add(List.of(task), "b.1")).isEmpty();
    settle(lease, new Discarded());
    claim("b.2", task, 1);
  }

  @Test
  void keepsAConfirmedDelayedTaskDueAtItsTimeWhenItIsDiscarded() {
    Submission task =
        task("1", THREE_ATTEMPTS.withIdempotencyKey("key").withDelay(Duration.ofSeconds(5)));
    store().add(List.of(task), "a.1");
    store().add(List.of(task), "b.1");
    settle(delayedBy(task, "a.1"), new Discarded());
    clock.advance(Duration.ofMillis(4999));
    assertThat(store().claim(10, "b.2")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    claim("b.3", task, 1);
  }

  @Test
  void tellsWhichTasksItDoesNotHaveAndTakesThemBackFromTheirHolder() {
    Submission task = mail();
    Lease lease = task.lease("a.1");
    Completion completion = new Completion(lease, new Done());
    assertThat(store().renew(List.of(lease)).missing()).containsExactly(lease);
    assertThat(store().settle(List.of(completion)).missing()).containsExactly(completion);
    store().restore(List.of(lease));
    assertThat(store().renew(List.of(lease))).isEqualTo(NotApplied.none());
    store().restore(List.of(new Lease(task.task(), 2, "b.1").withPayload("2"))); // has it
    clock.advance(LEASE);
    claim("c.1", task, 1);
  }

  @Test
  void tellsHowFarATaskIs() {
    Submission task = mail();
    Lease lease = added(task);
    TaskStatus running = store().find(task.id()).orElseThrow();
    assertThat(running.state()).isEqualTo(RUNNING);
    assertThat(running.handler()).isEqualTo(task.task().handler());
    assertThat(running.maxAttempts()).isEqualTo(3);
    assertThat(running.added()).isEqualTo(task.task().added());
    assertThat(running.nextAttempt()).isEmpty();
    assertThat(running.progress()).isEmpty();
    store().progress(Map.of(task.id(), 0.25));
    assertThat(store().find(task.id()).orElseThrow().progress()).hasValue(0.25);
    settle(lease, new Retry(Duration.ofSeconds(5), "no route"));
    TaskStatus waiting = store().find(task.id()).orElseThrow();
    assertThat(waiting.state()).isEqualTo(PENDING);
    assertThat(waiting.nextAttempt()).contains(clock.instant().plusSeconds(5));
    assertThat(waiting.ended()).isEmpty();
    clock.advance(Duration.ofSeconds(5));
    settle(claim("a.2", task, 2), new Done());
    assertThat(store().find(task.id()).orElseThrow().ended()).contains(clock.instant());
  }

  @Test
  void cancelsATaskThatWaits() {
    Submission delayed = delayed("1", Duration.ofSeconds(5));
    Submission failed = mail();
    Submission parked = mail();
    store().add(List.of(delayed), "a.1");
    settle(added(failed), new Retry(Duration.ZERO, "no route"));
    settle(added(parked), new Parked());
    for (Submission task : List.of(delayed, failed, parked)) {
      store().cancel(task.id());
      assertThat(store().find(task.id()).orElseThrow().state()).isEqualTo(CANCELLED);
      assertThat(store().payloads(List.of(task.lease("a.1"))).getOrDefault(task.id(), ""))
          .isEmpty();
    }
    assertThat(error(failed.id())).contains("no route");
    store().unpark(List.of(parked.task().handler()));
    clock.advance(Duration.ofDays(1));
    assertThat(store().claim(10, "b.1")).isEmpty();
    assertThat(store().signals().cancelled()).isEmpty();
    settle(delayedBy(delayed, "a.1"), new Discarded()); // its response fails now
    assertThat(store().find(delayed.id()).map(TaskStatus::state)).isNotEqualTo(PENDING);
  }

  @Test
  void asksTheHolderToEndATaskThatIsHeld() {
    Submission task = mail();
    Lease lease = added(task);
    store().cancel(task.id());
    assertState(task.id(), RUNNING, 1);
    assertThat(store().signals().cancelled()).containsExactly(task.id());
    settle(lease, new Cancelled());
    assertState(task.id(), CANCELLED, 1);
    assertThat(store().signals().cancelled()).isEmpty();
    clock.advance(LEASE);
    assertThat(store().claim(10, "b.1")).isEmpty();
  }

  @Test
  void cancelsNothingThatHasEndedOrIsUnknown() {
    Submission task = mail();
    settle(added(task), new Done());
    store().cancel(task.id());
    assertState(task.id(), DONE, 1);
    store().cancel(TaskId.random());
    assertThat(store().signals().cancelled()).isEmpty();
  }

  /** Adds tasks that are dead a second apart. */
  private List<Submission> dead(int count) {
    List<Submission> tasks = Stream.generate(() -> mail()).limit(count).toList();
    for (Submission task : tasks) {
      settle(added(task), new Dead("no route"));
      clock.advance(Duration.ofSeconds(1));
    }
    return tasks;
  }

  @Test
  void listsTheDeadLatestFirst() {
    List<Submission> tasks = dead(3);
    settle(added(mail()), new Done());
    assertThat(store().dead(10))
        .extracting(TaskStatus::id)
        .containsExactly(tasks.get(2).id(), tasks.get(1).id(), tasks.get(0).id());
    assertThat(store().dead(1))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state()).isEqualTo(DEAD);
              assertThat(status.error()).contains("no route");
              assertThat(status.ended()).contains(clock.instant().minusSeconds(1));
            });
  }

  @Test
  void makesADeadTaskDueWithAllItsAttempts() {
    Submission task = dead(1).get(0);
    Submission done = mail();
    settle(added(done), new Done());
    assertThat(store().requeue(List.of(task.id(), done.id(), TaskId.random())))
        .containsExactly(task.id());
    assertState(task.id(), PENDING, 0);
    assertThat(store().dead(10)).isEmpty();
    claim("b.1", task, 1);
    assertThat(store().requeue(List.of(task.id()))).isEmpty();
  }

  @Test
  void forgetsADeadTaskThatIsDiscarded() {
    Submission task = dead(1).get(0);
    Lease living = added(mail());
    assertThat(store().discard(List.of(task.id(), living.id()))).containsExactly(task.id());
    assertThat(store().find(task.id())).isEmpty();
    assertThat(store().payloads(List.of(task.lease("a.1")))).isEmpty();
    assertThat(store().dead(10)).isEmpty();
    assertState(living.id(), RUNNING, 1);
  }

  @Test
  void revivesAllDeadTasksOfAHandlerAndOnlyThose() {
    List<Submission> mails = dead(3);
    Submission other = task("org.example.Other", "1", THREE_ATTEMPTS);
    settle(added(other), new Dead("no route"));
    assertThat(store().requeueAll("org.example.None")).isZero();
    assertThat(store().requeueAll("org.example.Mailer")).isEqualTo(3);
    assertThat(mails).allSatisfy(task -> assertState(task.id(), PENDING, 0));
    assertState(other.id(), DEAD, 1);
    assertThat(store().claim(10, "b.1")).hasSize(3).extracting(Lease::attempt).containsOnly(1);
    assertThat(store().discardAll("org.example.Mailer")).isZero();
    assertThat(store().discardAll("org.example.Other")).isEqualTo(1);
    assertThat(store().find(other.id())).isEmpty();
    assertThat(store().payloads(List.of(other.lease("a.1")))).isEmpty();
    assertThat(store().dead(10)).isEmpty();
  }

  @Test
  void countsTasksByHandlerAndTellsTheAgeOfTheOldestDueOne() {
    assertThat(store().depths())
        .isEqualTo(new TaskDepths(0, 0, 0, Optional.empty(), true, Map.of()));
    dead(2);
    settle(added(mail()), new Done());
    settle(added(mail()), new Retry(Duration.ofSeconds(50), "no route"));
    settle(added(task("org.example.Other", "1", THREE_ATTEMPTS)), new HandBack(Duration.ZERO));
    clock.advance(Duration.ofSeconds(2));
    settle(added(mail()), new HandBack(Duration.ZERO));
    settle(added(task("org.example.Gone", "1", THREE_ATTEMPTS)), new Parked());
    store().add(List.of(delayed("1", Duration.ofHours(1))), "a.2");
    added(mail());
    clock.advance(Duration.ofSeconds(1));
    TaskDepths depths = store().depths();
    Optional<Duration> one = Optional.of(Duration.ofSeconds(1));
    Optional<Duration> three = Optional.of(Duration.ofSeconds(3));
    assertThat(depths.byHandler())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "org.example.Mailer", new TaskDepths.Depth(1, 1, 2, 0, 2, one),
                "org.example.Other", new TaskDepths.Depth(0, 1, 0, 0, 0, three),
                "org.example.Gone", new TaskDepths.Depth(0, 0, 0, 1, 0, Optional.empty())));
    assertThat(depths.byHandler().get("org.example.Mailer").waiting()).isEqualTo(3);
    assertThat(depths).isEqualTo(new TaskDepths(5, 2, 2, three, true, depths.byHandler()));
  }

  @Test
  void tellsAllThatItIsPausedUntilItIsResumed() {
    assertThat(store().signals().isPaused()).isFalse();
    store().pause(true);
    assertThat(store().signals().isPaused()).isTrue();
    assertThat(store().add(List.of(mail()), "a.1")).hasSize(1);
    store().pause(false);
    assertThat(store().signals().isPaused()).isFalse();
  }

  @Test
  void makesRoomWhenTasksEnd() {
    for (int i = 0; i < 3 * CAPACITY; i++) {
      settle(added(mail()), new Done());
    }
  }
}
