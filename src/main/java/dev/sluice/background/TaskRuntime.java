package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.TaskOptions.When;
import dev.sluice.execution.ContainerServices;
import dev.sluice.execution.Heartbeat;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Builds this node's {@link TaskDispatcher} on the container's threads, and takes it down. */
@ApplicationScoped
class TaskRuntime {

  private static final System.Logger LOG = System.getLogger(TaskRuntime.class.getName());

  /** How long a thread waits for its next task before it ends. */
  private static final Duration IDLE_THREAD = Duration.ofSeconds(10);

  /** Between two looks for tasks that requests wait for. */
  private static final Duration WAIT_INTERVAL = Duration.ofMillis(200);

  @Inject private TaskSettings settings;
  @Inject private RedisConnections connections;
  @Inject private BeanManager beans;
  @Inject private Instance<RequestContextController> requestContexts;

  @Inject private Instance<TaskThrottle> throttles;
  @Inject private ContainerServices container;

  private @Nullable TaskHandlers handlers;
  private @Nullable TaskDispatcher dispatcher;
  private @Nullable Scheduler scheduler;
  private @Nullable Heartbeat heartbeat;
  private @Nullable TaskWaits waits;
  private @Nullable Heartbeat waitBeat;

  synchronized TaskHandlers handlers() {
    if (handlers == null) {
      handlers =
          new TaskHandlers(
              beans.getExtension(BackgroundExtension.class).handlers(),
              beans,
              requestContexts,
              new ForgottenTransactions(container.userTransaction()),
              throttles::get);
    }
    return handlers;
  }

  synchronized TaskDispatcher dispatcher() {
    if (dispatcher == null) {
      dispatcher = open(handlers());
      scheduler = scheduler(dispatcher);
      Runnable tick = ticking(dispatcher, scheduler);
      heartbeat = Heartbeat.start(container.threads(), dispatcher.tickInterval(), tick);
    }
    return dispatcher;
  }

  private static Runnable ticking(TaskDispatcher dispatcher, Scheduler scheduler) {
    return () -> {
      dispatcher.tick();
      scheduler.tick();
    };
  }

  /**
   * Opened by the first request that waits: a slow store does not hold up the renewal of leases.
   */
  synchronized TaskWaits waits() {
    if (waits == null) {
      TaskDispatcher open = dispatcher();
      waits = new TaskWaits(open::find, System::nanoTime);
      waitBeat = Heartbeat.start(container.threads(), WAIT_INTERVAL, waits::tick);
    }
    return waits;
  }

  synchronized Scheduler scheduler() {
    dispatcher();
    return Objects.requireNonNull(scheduler);
  }

  private Scheduler scheduler(TaskDispatcher open) {
    List<Schedule> schedules =
        beans.getExtension(BackgroundExtension.class).schedules().stream()
            .map(each -> schedule(each))
            .toList();
    ScheduleStore store =
        connections
            .tasks()
            .<ScheduleStore>map(
                redis -> new RedisScheduleStore(redis, connections.keyPrefix(), Optional.empty()))
            .orElseGet(() -> new LocalScheduleStore(open.store(), InstantSource.system()));
    return new Scheduler(schedules, store, System::nanoTime);
  }

  private Schedule schedule(ScheduleDeclaration declared) {
    String name = declared.handler().name();
    Class<?> handler = declared.handler().bean().getBeanClass();
    return new Schedule(
        name,
        declared.definition(),
        declared.timetable(),
        declared.missed(),
        tick -> submission(handler, tick, TaskOptions.defaults()).withId(Schedule.id(name, tick)));
  }

  private TaskDispatcher open(TaskHandlers invoker) {
    // A thread serves the tasks of many requests: it must not run them as the user of the first.
    Executor neutral = container.contexts().currentContextExecutor();
    TrackedExecutor executor =
        new TrackedExecutor(
            work -> start(() -> neutral.execute(work)),
            settings.concurrency(),
            settings.capacity(),
            IDLE_THREAD);
    TaskStore here = new LocalTaskStore(storeSettings(settings.capacity()), InstantSource.system());
    TaskRunner local = new TaskRunner(here, executor, invoker, System::nanoTime);
    TaskRunner shared =
        connections
            .tasks()
            .map(redis -> sharedStore(redis))
            .map(store -> new TaskRunner(store, executor, invoker, System::nanoTime))
            .orElse(local);
    return new TaskDispatcher(shared, local, executor);
  }

  /**
   * Runs this on a thread that is no pool's: servers share the pool of their managed executor with
   * their HTTP listeners (Open Liberty), so that workers which wait for a task would keep requests
   * from running.
   */
  private void start(Runnable worker) {
    Thread thread = container.threads().newThread(worker);
    if (thread == null) {
      throw new RejectedExecutionException("The container gives no thread");
    }
    thread.setDaemon(true);
    thread.start();
  }

  private TaskStore sharedStore(RedisConnection redis) {
    return new RedisTaskStore(
        redis, connections.keyPrefix(), storeSettings(settings.queueCapacity()), Optional.empty());
  }

  private TaskStoreSettings storeSettings(int capacity) {
    return new TaskStoreSettings(
        capacity, settings.lease(), settings.retention(), settings.deadRetention());
  }

  /** The task that {@link BackgroundTasks#add} and {@link TaskQueue#add} describe. */
  Submission submission(Class<?> handler, Object payload, TaskOptions options) {
    HandlerDeclaration declaration = handlers().declaration(handler);
    String json = handlers().encode(declaration, payload, settings.maxPayloadBytes());
    String name = declaration.name();
    Task task =
        new Task(
            options.idempotencyKey().map(key -> TaskId.forKey(name, key)).orElseGet(TaskId::random),
            name,
            options.maxAttempts().or(declaration::maxAttempts).orElse(settings.maxAttempts()),
            options.timeout(),
            Instant.now(),
            json.getBytes(UTF_8).length);
    return new Submission(task, json, options);
  }

  /**
   * Adds a task outside requests: now, or when the transaction of the calling thread commits.
   *
   * @throws TaskRejection if it is not accepted
   */
  void add(Submission task) {
    TaskDispatcher open = dispatcher();
    open.checkOpen(task.options().ifStoreDown());
    TransactionSynchronizationRegistry transactions = container.transactions();
    if (task.options().when() == When.ALWAYS || transactions.getTransactionKey() == null) {
      open.add(List.of(task)).release();
      return;
    }
    int status = transactions.getTransactionStatus();
    if (status == Status.STATUS_ACTIVE) { // another has ended, or can only roll back
      transactions.registerInterposedSynchronization(
          new TransactionalSubmission(open, task, transactions));
    } else if (status == Status.STATUS_COMMITTED) {
      open.add(List.of(task)).release();
    }
  }

  /** What will become of the calling thread's transaction. */
  TransactionOutcome currentTransaction() {
    return TransactionOutcome.ofCurrent(container.transactions());
  }

  /** At start, where the context has no user and no request. */
  void start(@Observes @Priority(Starting.WORK) Starting starting) {
    dispatcher();
    connections.tasks().ifPresent(TaskRuntime::warnOfEviction);
    starting.found(
        Starting.number(
            beans.getExtension(BackgroundExtension.class).handlers().size(), "handler"));
    starting.report("Background tasks ready.");
  }

  private static void warnOfEviction(RedisConnection redis) {
    RedisTaskStore.evictionPolicy(redis)
        .filter(policy -> policy.startsWith("allkeys-"))
        .ifPresent(
            policy ->
                LOG.log(
                    Level.WARNING,
                    "Redis at {0} may evict background tasks, its maxmemory-policy is {1}: give"
                        + " them one with noeviction, sluice.tasks.redis.url",
                    redis,
                    policy));
  }

  void stop(@Observes @Priority(Stopping.WORK) Stopping stopping) {
    // Not under the lock: requests that are still going on are to be rejected, not held up.
    TaskDispatcher open = opened();
    if (open != null) {
      open.stop(settings.drain());
    }
    stopHeartbeat();
  }

  private synchronized @Nullable TaskDispatcher opened() {
    return dispatcher;
  }

  private synchronized void stopHeartbeat() {
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (waitBeat != null) {
      waitBeat.stop();
    }
  }
}
