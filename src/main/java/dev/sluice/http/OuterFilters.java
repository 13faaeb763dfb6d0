package dev.sluice.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.List;

/**
 * Servlet filters in front of the application's own, which an annotation cannot ask for. They are
 * registered by a {@link jakarta.servlet.ServletContainerInitializer}, which is found by service
 * loading and not by scanning.
 */
public final class OuterFilters {

  private OuterFilters() {}

  /** Registers a filter for every path; does nothing if one of its class is registered. */
  public static void register(ServletContext context, Filter filter, DispatcherType... dispatches) {
    FilterRegistration.Dynamic added = context.addFilter(filter.getClass().getName(), filter);
    if (added != null) { // null where it has been registered before
      added.setAsyncSupported(true);
      added.addMappingForUrlPatterns(EnumSet.copyOf(List.of(dispatches)), false, "/*");
    }
  }

  /** Whether a filter of this class is registered. */
  public static boolean isRegistered(ServletContext context, Class<? extends Filter> filter) {
    return context.getFilterRegistration(filter.getName()) != null;
  }
}
