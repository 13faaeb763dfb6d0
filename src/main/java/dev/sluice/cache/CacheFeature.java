package dev.sluice.cache;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.Providers;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts a filter around each cached resource method. */
@Provider
@ApplicationScoped
public class CacheFeature implements DynamicFeature {

  /** Last of all request filters, first of all response filters. */
  private static final int INNERMOST = Integer.MAX_VALUE;

  @Inject private Caches caches;
  @Inject private CacheExtension extension;
  @Inject private CurrentExchange current;
  private @Context @Nullable Providers providers;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (type == null || method == null || !caches.settings().enabled()) {
      return;
    }
    Optional<CacheDeclaration> declaration = extension.find(type, method);
    if (declaration.isPresent() && declaration.get().isResource()) {
      context.register(
          new CacheFilter(
              declaration.get(),
              current,
              new ResponseRecorder(
                  Objects.requireNonNull(providers), caches.settings().maxEntryBytes())),
          Map.of(
              ContainerRequestFilter.class, INNERMOST, ContainerResponseFilter.class, INNERMOST));
    } else if (method.isAnnotationPresent(Cached.class)) {
      throw new IllegalStateException(
          "@Cached on "
              + type.getSimpleName()
              + "."
              + method.getName()
              + ": the class is not a CDI bean; give it a scope");
    }
  }
}
