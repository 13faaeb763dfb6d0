package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.StoreTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes with eight threads each append to one file. */
@Timeout(120)
@StoreTest
class LogFileIT {

  private static final int THREADS = 8;
  private static final int LINES = 10_000;

  @TempDir Path folder;

  /** Runs one of the processes. Arguments: its name, the file. */
  public static void main(String[] arguments) {
    LogFile file = new LogFile(Path.of(arguments[1]));
    long start = System.nanoTime();
    List<Thread> threads =
        IntStream.range(0, THREADS)
            .mapToObj(n -> new Thread(() -> write(arguments[0] + n, file)))
            .toList();
    threads.forEach(Thread::start);
    threads.forEach(LogFileIT::join);
    System.out.printf(
        "%,.0f lines a second%n", THREADS * LINES / ((System.nanoTime() - start) / 1e9));
  }

  private static void write(String name, LogFile file) {
    try {
      for (int i = 0; i < LINES; i++) {
        file.append(name + " " + i + " " + "x".repeat(i % 200));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void keepsLinesOfManyThreadsAndProcessesWhole() throws Exception {
    Path file = folder.resolve("log.txt");
    Process a = start("a", file);
    Process b = start("b", file);
    assertThat(a.waitFor()).isZero();
    assertThat(b.waitFor()).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2 * THREADS * LINES);
    Set<String> expected = new HashSet<>();
    for (String process : List.of("a", "b")) {
      for (int thread = 0; thread < THREADS; thread++) {
        for (int i = 0; i < LINES; i++) {
          expected.add(process + thread + " " + i + " " + "x".repeat(i % 200));
        }
      }
    }
    lines.forEach(expected::remove);
    assertThat(expected).isEmpty();
  }

  private static Process start(String name, Path file) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            LogFileIT.class.getName(),
            name,
            file.toString())
        .inheritIO()
        .start();
  }
}
