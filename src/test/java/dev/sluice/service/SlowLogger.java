package dev.sluice.service;

import dev.sluice.background.TaskContext;
import dev.sluice.background.TaskHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** Handler of a test: waits 25 ms, then appends its payload to the log file. */
@ApplicationScoped
public class SlowLogger implements TaskHandler<String> {

  @Inject private ServiceSettings settings;

  @Override
  public void handle(String line, TaskContext task) throws IOException {
    LockSupport.parkNanos(25_000_000);
    try (LogFile file = new LogFile(settings.logFile())) {
      file.append(line + " " + task.attempt());
    }
  }
}
