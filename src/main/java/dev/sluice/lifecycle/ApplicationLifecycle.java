package dev.sluice.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Fires {@link Starting} and {@link Stopping}, each once, however many callers announce the start
 * or the stop of the application.
 */
@ApplicationScoped
public class ApplicationLifecycle {

  private static final System.Logger LOG = System.getLogger(ApplicationLifecycle.class.getName());

  private enum State {
    NEW,
    STARTED,
    STOPPED
  }

  @Inject private Event<Starting> starting;
  @Inject private Event<Serving> serving;
  @Inject private Event<Stopping> stopping;

  private final AtomicBoolean served = new AtomicBoolean();

  /** Context paths of the web modules that are running; several in an EAR. */
  private final Set<String> modules = new HashSet<>();

  private State state = State.NEW;

  synchronized void startModule(String contextPath) {
    modules.add(contextPath);
    start();
  }

  synchronized void stopModule(String contextPath) {
    modules.remove(contextPath);
    if (modules.isEmpty()) {
      stop();
    }
  }

  /**
   * Fires {@link Serving}, once. Called when a request to Jakarta REST is over, so that even a
   * server which loads its applications at their first request has configured all methods.
   */
  void serve() {
    if (served.compareAndSet(false, true)) {
      serving.fire(new Serving());
    }
  }

  /** Starts, unless that has been done. */
  public synchronized void start() {
    if (state == State.NEW) {
      state = State.STARTED;
      Starting event = new Starting();
      starting.fire(event);
      LOG.log(Level.INFO, "Sluice startup complete: {0}", event.line());
    }
  }

  /** Stops, if it has started and not been stopped. */
  public synchronized void stop() {
    if (state == State.STARTED) {
      state = State.STOPPED;
      stopping.fire(new Stopping());
      LOG.log(Level.INFO, "Sluice stopped.");
    }
  }

  /** The last opportunity to stop, where no web module has announced its end. */
  void end(@Observes @BeforeDestroyed(ApplicationScoped.class) Object application) {
    stopModule("");
  }
}
