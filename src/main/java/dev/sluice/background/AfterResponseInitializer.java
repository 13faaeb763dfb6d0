package dev.sluice.background;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;

/**
 * Registers the {@link AfterResponseFilter} and the {@link TaskStatusFilter} as outermost filters,
 * which an annotation cannot say. Found by service loading and not by scanning.
 */
public class AfterResponseInitializer implements ServletContainerInitializer {

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    register(context);
  }

  static void register(ServletContext context) {
    OuterFilters.register(
        context, new AfterResponseFilter(), DispatcherType.REQUEST, DispatcherType.ASYNC);
    OuterFilters.register(context, new TaskStatusFilter(), DispatcherType.REQUEST);
  }

  /**
   * Fails where no server would release a task: before its first request rather than silently.
   *
   * @throws IllegalStateException if the filter is not registered
   */
  static void requireFilter(ServletContext context) {
    if (!OuterFilters.isRegistered(context, AfterResponseFilter.class)) {
      throw new IllegalStateException(
          "The filter of Sluice that releases background tasks is not registered, since this server"
              + " does not look for it here: add <listener><listener-class>"
              + AfterResponseListener.class.getName()
              + "</listener-class></listener> to web.xml");
    }
  }
}
