package dev.sluice.ratelimit;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

/** The servlet filter of limits. */
public class RateLimitFilters implements OuterFilters.Provider {

  @Override
  public void registerFilters(ServletContext context) {
    OuterFilters.register(context, new RateLimitServletFilter(), DispatcherType.REQUEST);
  }
}
