package dev.sluice.service;

import dev.sluice.lifecycle.Starting;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Adds the address and the log file to the line that is logged at start. */
@ApplicationScoped
public class StartReport {

  @Inject private ServiceSettings settings;

  void report(@Observes @Priority(Starting.SERVICE) Starting starting) {
    settings.address().ifPresent(address -> starting.report("Serving at " + address + "."));
    starting.report("Log file: " + settings.logFile() + ".");
  }
}
