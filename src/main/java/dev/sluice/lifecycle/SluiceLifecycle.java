package dev.sluice.lifecycle;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.Lock;
import jakarta.ejb.LockType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;

/**
 * Called by the container at deployment and undeployment. Nothing that a request does goes through
 * it.
 */
@Startup
@Singleton
@Lock(LockType.READ)
@TransactionManagement(TransactionManagementType.BEAN)
public class SluiceLifecycle {

  private static final System.Logger LOG = System.getLogger(SluiceLifecycle.class.getName());

  @Inject private Event<Starting> starting;
  @Inject private Event<Stopping> stopping;

  @PostConstruct
  void start() {
    Starting event = new Starting();
    starting.fire(event);
    LOG.log(Level.INFO, "Sluice startup complete. {0}", event.line());
  }

  @PreDestroy
  void stop() {
    stopping.fire(new Stopping());
    LOG.log(Level.INFO, "Sluice stopped.");
  }
}
