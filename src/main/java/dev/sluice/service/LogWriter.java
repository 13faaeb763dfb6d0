package dev.sluice.service;

import dev.sluice.background.TaskContext;
import dev.sluice.background.TaskHandler;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Appends its payload, as one line, to {@code sluice.service.log-file}. */
@ApplicationScoped
public class LogWriter implements TaskHandler<String> {

  @Inject private ServiceSettings settings;

  @SuppressWarnings("NullAway.Init")
  private LogFile file;

  @PostConstruct
  void open() {
    file = new LogFile(settings.logFile());
  }

  @Override
  public void handle(String line, TaskContext task) throws IOException {
    file.append(line);
  }

  @PreDestroy
  void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
