package dev.sluice.cache;

import dev.sluice.http.OuterFilters;
import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.annotation.Priority;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Providers;
import jakarta.ws.rs.ext.WriterInterceptor;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registers the filters of each cached resource method. Found by service loading and not by
 * scanning, so that it is there, once, whatever the host's {@code Application} lists. Its priority
 * is unique: of two services with one priority RESTEasy keeps the first.
 */
@Priority(Priorities.ENTITY_CODER + 43)
public class CacheFeature implements DynamicFeature {

  /** Last of all request filters and writer interceptors, first of all response filters. */
  private static final int INNERMOST = Integer.MAX_VALUE;

  /** Last of all response filters. Jersey replaces a priority that is not positive. */
  private static final int OUTERMOST = 1;

  private @Context @Nullable Providers providers;
  private @Context @Nullable HttpServletRequest request;
  private @Context @Nullable HttpServletResponse response;
  private @Context @Nullable ServletContext module;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (type == null || method == null) {
      return;
    }
    CacheSettings settings = ApplicationBeans.get(CacheSettings.class);
    if (!settings.enabled()) {
      return;
    }
    if (settings.groups() && CacheValidator.isEvicting(method)) {
      context.register(
          new EvictedGroups.Filter(ApplicationBeans.get(EvictedGroups.class)),
          Map.of(ContainerResponseFilter.class, INNERMOST));
    }
    CacheExtension extension = ApplicationBeans.get(CacheExtension.class);
    Optional<CacheDeclaration> declaration =
        extension.find(type, method).filter(CacheDeclaration::isResource);
    if (declaration.isPresent()) {
      extension.addConfigured(declaration.get());
      if (module != null) {
        OuterFilters.require(module, SetCookieFilter.class, "@Cached on a resource method");
      }
      register(declaration.get(), settings, extension.unmanaged(), context);
    } else if (method.isAnnotationPresent(Cached.class)) {
      throw new IllegalStateException(
          "@Cached on "
              + type.getSimpleName()
              + "."
              + method.getName()
              + ": the class is not a CDI bean; give it a scope");
    }
  }

  private void register(
      CacheDeclaration declaration,
      CacheSettings settings,
      UnmanagedInstances unmanaged,
      FeatureContext context) {
    ServletCookies cookies =
        new ServletCookies(Objects.requireNonNull(request), Objects.requireNonNull(response));
    ResponseRecorder recorder =
        new ResponseRecorder(Objects.requireNonNull(providers), settings.maxEntryBytes());
    KnownKeys known = ApplicationBeans.get(KnownKeys.class);
    if (Conversions.areOfTheApplication(context.getConfiguration())) {
      known.exclude(declaration);
    } else {
      known.include(declaration);
    }
    context.register(
        new CacheFilter(
            declaration,
            ApplicationBeans.get(ResponseCache.class),
            ApplicationBeans.get(CurrentExchange.class),
            new ResponseStorage(
                declaration, recorder, cookies, ApplicationBeans.get(Conditions.class), settings),
            unmanaged),
        Map.of(ContainerRequestFilter.class, INNERMOST, ContainerResponseFilter.class, INNERMOST));
    context.register(new SharingFilter(cookies), Map.of(ContainerResponseFilter.class, OUTERMOST));
    context.register(new RecordedBodyWriter(), Map.of(WriterInterceptor.class, INNERMOST));
  }
}
