package dev.sluice.ratelimit;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/**
 * Registers the servlet filter of limits. To be declared in a {@code web.xml} with an {@code
 * <absolute-ordering/>} and, on Open Liberty, in those of an EAR with the library in its {@code
 * lib} folder: there servers look for no {@link RateLimitInitializer}.
 */
public class RateLimitListener implements ServletContextListener {

  @Override
  public void contextInitialized(ServletContextEvent event) {
    RateLimitInitializer.register(event.getServletContext());
  }
}
