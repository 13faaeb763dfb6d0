package dev.sluice.ratelimit;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;

/** Registers the servlet filter before the application's own; it is found by service loading. */
public class RateLimitInitializer implements ServletContainerInitializer {

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    register(context);
  }

  static void register(ServletContext context) {
    OuterFilters.register(context, new RateLimitServletFilter(), DispatcherType.REQUEST);
  }

  /**
   * Fails where limits would not hold without the filter, or requests would never end.
   *
   * @param why what needs it
   * @throws IllegalStateException if the filter is not registered
   */
  static void requireFilter(ServletContext context, String why) {
    if (!OuterFilters.isRegistered(context, RateLimitServletFilter.class)) {
      throw new IllegalStateException(
          why
              + " needs the servlet filter of Sluice, for which this server does not look here: add"
              + " <listener><listener-class>"
              + RateLimitListener.class.getName()
              + "</listener-class></listener> to web.xml");
    }
  }
}
