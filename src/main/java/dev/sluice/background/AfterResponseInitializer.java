package dev.sluice.background;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Set;

/**
 * Registers the {@link AfterResponseFilter} as the outermost filter, which an annotation cannot
 * say. Found by service loading and not by scanning.
 */
public class AfterResponseInitializer implements ServletContainerInitializer {

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    register(context);
  }

  static void register(ServletContext context) {
    FilterRegistration.Dynamic filter =
        context.addFilter(AfterResponseFilter.class.getName(), new AfterResponseFilter());
    if (filter != null) { // null where it has been registered before
      filter.setAsyncSupported(true);
      filter.addMappingForUrlPatterns(
          EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
    }
  }

  /**
   * Fails where no server would release a task: before its first request rather than silently.
   *
   * @throws IllegalStateException if the filter is not registered
   */
  static void requireFilter(ServletContext context) {
    if (context.getFilterRegistration(AfterResponseFilter.class.getName()) == null) {
      throw new IllegalStateException(
          "The filter of Sluice that releases background tasks is not registered, since this server"
              + " does not look for it here: add <listener><listener-class>"
              + AfterResponseListener.class.getName()
              + "</listener-class></listener> to web.xml");
    }
  }
}
