package dev.sluice.ops;

import dev.sluice.http.OuterFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

/** The servlet filter of the operations API. */
public class OpsFilters implements OuterFilters.Provider {

  @Override
  public void registerFilters(ServletContext context) {
    OuterFilters.register(context, new OpsFilter(), DispatcherType.REQUEST);
  }
}
