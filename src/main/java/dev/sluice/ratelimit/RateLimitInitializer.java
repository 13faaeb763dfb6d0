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
    OuterFilters.register(context, new RateLimitServletFilter(), DispatcherType.REQUEST);
  }
}
