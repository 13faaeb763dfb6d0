package dev.sluice.cache;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** An application that lists its classes, so that providers found by scanning are not used. */
@ApplicationPath("listed")
public class ListedCatalog extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(CatalogResource.class);
  }
}
