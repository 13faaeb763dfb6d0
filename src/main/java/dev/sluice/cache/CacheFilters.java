package dev.sluice.cache;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

/** The servlet filters of the cache. */
public class CacheFilters implements OuterFilters.Provider {

  @Override
  public void registerFilters(ServletContext context) {
    OuterFilters.register(context, new EdgeFilter(), DispatcherType.REQUEST);
    OuterFilters.register(
        context, new SetCookieFilter(), DispatcherType.REQUEST, DispatcherType.ASYNC);
  }
}
