package dev.sluice.background;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/**
 * Registers the filter that releases background tasks. To be declared in a {@code web.xml} with an
 * {@code <absolute-ordering/>} and, on Open Liberty, in those of an EAR with the library in its
 * {@code lib} folder: there servers look for no {@link AfterResponseInitializer}.
 */
public class AfterResponseListener implements ServletContextListener {

  @Override
  public void contextInitialized(ServletContextEvent event) {
    AfterResponseInitializer.register(event.getServletContext());
  }
}
