package dev.sluice.cache;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;

/** Registers the servlet filters of the cache; it is found by service loading. */
public class CacheInitializer implements ServletContainerInitializer {

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    OuterFilters.register(context, new EdgeFilter(), DispatcherType.REQUEST);
    OuterFilters.register(
        context, new SetCookieFilter(), DispatcherType.REQUEST, DispatcherType.ASYNC);
  }
}
