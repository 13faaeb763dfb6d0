package org.example;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Lists its classes: servers do not scan for others. */
@ApplicationPath("/api")
public class HostApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(HostResource.class, FailingResource.class, CatchAllMapper.class, CorsFilter.class);
  }
}
