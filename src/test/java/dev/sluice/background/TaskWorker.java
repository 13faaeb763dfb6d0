package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node in a process of its own, made to be killed: the core without a container. It adds tasks at
 * a steady pace until as many as asked for have been added by all, runs what it gets, and appends
 * to one file what happened: {@code A id} acknowledged, {@code B id} begun, {@code E id} ended,
 * {@code C id} confirmed by Redis, each with its own name.
 */
final class TaskWorker {

  static final Duration LEASE = Duration.ofSeconds(3);
  private static final int AT_ONCE = 4;

  private final String name;
  private final Path events;
  private final int wanted;
  private final RedisConnection redis;
  private final TaskRunner runner;

  private TaskWorker(String name, URI url, Path events, int wanted) {
    this.name = name;
    this.events = events;
    this.wanted = wanted;
    this.redis = new RedisConnection(url, "test", Duration.ofMillis(250), 32);
    TaskStore store =
        new RedisTaskStore(redis, "test", TestTasks.settings(1_000_000, LEASE), Optional.empty());
    this.runner =
        new TaskRunner(
            new Recording(store),
            new TrackedExecutor(Executors.newCachedThreadPool(), 16, 1000, Duration.ofSeconds(1)),
            (task, payload, context) -> {
              record("B", task.id());
              LockSupport.parkNanos(30_000_000);
              record("E", task.id());
            },
            System::nanoTime);
  }

  /** Arguments: name, URL of Redis, file for the events, tasks that are wanted from all workers. */
  public static void main(String[] arguments) {
    TaskWorker worker =
        new TaskWorker(
            arguments[0],
            URI.create(arguments[1]),
            Path.of(arguments[2]),
            Integer.parseInt(arguments[3]));
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    long interval = worker.runner.tickInterval().toMillis();
    timer.scheduleWithFixedDelay(worker.runner::tick, 0, interval, TimeUnit.MILLISECONDS);
    timer.scheduleAtFixedRate(worker::addSome, 0, 10, TimeUnit.MILLISECONDS);
  }

  private void addSome() {
    try {
      if (runner.isOpen() && redis.call(jedis -> jedis.incrBy("added", AT_ONCE)) <= wanted) {
        List<Submission> tasks = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          tasks.add(TestTasks.task("1", TaskOptions.defaults()));
        }
        List<Lease> held = List.copyOf(runner.add(tasks).values());
        tasks.forEach(task -> record("A", task.id()));
        runner.release(held);
      }
    } catch (RedisException | TaskRejection e) {
      // not acknowledged: nothing was promised
    }
  }

  private void record(String what, TaskId id) {
    try {
      Files.write(events, (what + " " + id + " " + name + "\n").getBytes(UTF_8), CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records what Redis confirmed. */
  private final class Recording extends ForwardingStore {

    Recording(TaskStore store) {
      super(store);
    }

    @Override
    public NotApplied<Completion> settle(List<Completion> completions) {
      NotApplied<Completion> notApplied = store.settle(completions);
      completions.stream()
          .filter(each -> !notApplied.taken().contains(each))
          .filter(each -> !notApplied.missing().contains(each))
          .filter(each -> each.outcome() instanceof Completion.Done)
          .forEach(each -> record("C", each.id()));
      return notApplied;
    }
  }
}
