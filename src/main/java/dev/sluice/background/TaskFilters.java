package dev.sluice.background;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

/** The servlet filters of background tasks. */
public class TaskFilters implements OuterFilters.Provider {

  @Override
  public void registerFilters(ServletContext context) {
    OuterFilters.register(
        context, new AfterResponseFilter(), DispatcherType.REQUEST, DispatcherType.ASYNC);
    OuterFilters.register(
        context, new TaskStatusFilter(), DispatcherType.REQUEST, DispatcherType.ASYNC);
  }
}
