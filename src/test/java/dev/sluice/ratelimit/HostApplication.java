package dev.sluice.ratelimit;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** An application that lists its classes: no server scans for providers then. */
@ApplicationPath("/host")
public class HostApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(HostedResource.class);
  }
}
