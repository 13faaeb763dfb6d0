package dev.sluice.cache;

import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Providers;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registers a {@link CacheFilter} for each cached resource method. Found by service loading and not
 * by scanning, so that it is there, once, whatever the host's {@code Application} lists. Its
 * priority is nobody else's: of two services with one priority RESTEasy keeps the first.
 */
@Priority(Priorities.ENTITY_CODER + 43)
public class CacheFeature implements DynamicFeature {

  /** Last of all request filters, first of all response filters. */
  private static final int INNERMOST = Integer.MAX_VALUE;

  private @Context @Nullable Providers providers;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (type == null || method == null) {
      return;
    }
    Caches caches = ApplicationBeans.get(Caches.class);
    if (!caches.settings().enabled()) {
      return;
    }
    CacheExtension extension = ApplicationBeans.get(CacheExtension.class);
    Optional<CacheDeclaration> declaration = extension.find(type, method);
    if (declaration.isPresent() && declaration.get().isResource()) {
      extension.addConfigured(declaration.get());
      context.register(
          new CacheFilter(
              declaration.get(),
              ApplicationBeans.get(CurrentExchange.class),
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
