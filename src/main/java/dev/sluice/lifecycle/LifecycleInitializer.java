package dev.sluice.lifecycle;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import java.util.List;
import java.util.Set;

/**
 * Starts and stops Sluice with the web modules of the application. Found by service loading and not
 * by scanning, so that it works from the {@code lib} folder of an EAR too.
 */
public class LifecycleInitializer implements ServletContainerInitializer {

  private static final List<String> REQUIRED =
      List.of(
          "jakarta.enterprise.inject.spi.CDI",
          "jakarta.ws.rs.core.Application",
          "jakarta.json.bind.Jsonb",
          "jakarta.transaction.TransactionSynchronizationRegistry",
          "jakarta.enterprise.concurrent.ManagedScheduledExecutorService",
          "org.eclipse.microprofile.config.Config");

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) throws ServletException {
    requireServer(context.getClassLoader());
    context.addListener(new Listener());
  }

  static void requireServer(ClassLoader application) throws ServletException {
    List<String> missing = REQUIRED.stream().filter(name -> !isPresent(name, application)).toList();
    if (!missing.isEmpty()) {
      throw new IncompleteServerException(missing);
    }
  }

  private static boolean isPresent(String name, ClassLoader loader) {
    try {
      Class.forName(name, false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Says it in one sentence: a stack trace has nothing to add. */
  static final class IncompleteServerException extends ServletException {

    private static final long serialVersionUID = 1L;

    IncompleteServerException(List<String> missing) {
      super(
          "Sluice needs a Jakarta EE 10 server with MicroProfile Config; this server lacks "
              + String.join(", ", missing));
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private static final class Listener implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
      ApplicationBeans.get(ApplicationLifecycle.class)
          .startModule(event.getServletContext().getContextPath());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      ApplicationBeans.get(ApplicationLifecycle.class)
          .stopModule(event.getServletContext().getContextPath());
    }
  }
}
