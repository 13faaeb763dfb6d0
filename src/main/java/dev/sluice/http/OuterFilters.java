package dev.sluice.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Registers the servlet filters that stand in front of the application's own, which an annotation
 * cannot ask for. Servers find it by service loading and not by scanning; where they do not look
 * for it, an application declares the {@link OuterFiltersListener}.
 */
public final class OuterFilters implements ServletContainerInitializer {

  /** A feature's servlet filters. Found by service loading. */
  public interface Provider {

    /** Calls {@link OuterFilters#register} for each filter. */
    void registerFilters(ServletContext context);
  }

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    registerAll(context);
  }

  static void registerAll(ServletContext context) {
    for (Provider each : ServiceLoader.load(Provider.class, Provider.class.getClassLoader())) {
      each.registerFilters(context);
    }
  }

  /** Registers a filter for every path; does nothing if one of its class is registered. */
  public static void register(ServletContext context, Filter filter, DispatcherType... dispatches) {
    FilterRegistration.Dynamic added = context.addFilter(filter.getClass().getName(), filter);
    if (added != null) { // null where it has been registered before
      added.setAsyncSupported(true);
      added.addMappingForUrlPatterns(EnumSet.copyOf(List.of(dispatches)), false, "/*");
    }
  }

  /** Returns the path below the context root, decoded and normalised by the container. */
  public static String path(HttpServletRequest request) {
    String info = request.getPathInfo();
    return info == null ? request.getServletPath() : request.getServletPath() + info;
  }

  /**
   * Fails before the first request, rather than silently, where a filter is missing.
   *
   * @param why what needs it
   * @throws IllegalStateException if no filter of this class is registered
   */
  public static void require(ServletContext context, Class<? extends Filter> filter, String why) {
    if (!isRegistered(context, filter)) {
      throw missing(why);
    }
  }

  /** Whether a filter of this class is registered. */
  public static boolean isRegistered(ServletContext context, Class<? extends Filter> filter) {
    return context.getFilterRegistration(filter.getName()) != null;
  }

  /**
   * Returns the mistake that no filter is registered.
   *
   * @param why what needs it
   */
  public static IllegalStateException missing(String why) {
    return new IllegalStateException(
        why
            + " needs the servlet filters of Sluice, for which this server does not look here: add"
            + " <listener><listener-class>"
            + OuterFiltersListener.class.getName()
            + "</listener-class></listener> to web.xml");
  }
}
