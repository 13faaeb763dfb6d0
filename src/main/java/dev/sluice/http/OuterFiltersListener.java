package dev.sluice.http;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/**
 * Registers the servlet filters of Sluice. To be declared in a {@code web.xml} with an {@code
 * <absolute-ordering/>} and, on Open Liberty, in those of an EAR with the library in its {@code
 * lib} folder: there servers look for no initializer of a library.
 */
public class OuterFiltersListener implements ServletContextListener {

  @Override
  public void contextInitialized(ServletContextEvent event) {
    OuterFilters.registerAll(event.getServletContext());
  }
}
