package dev.sluice.background;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Deployed by tests: an application that lists its classes; no server scans for others then. */
@ApplicationPath("/listed")
public class ListedApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(TaskingResource.class);
  }
}
