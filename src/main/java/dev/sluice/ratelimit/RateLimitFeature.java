package dev.sluice.ratelimit;

import dev.sluice.http.OuterFilters;
import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.ratelimit.MethodLimits.Phase;
import dev.sluice.ratelimit.RateLimitFilter.AfterAuthentication;
import dev.sluice.ratelimit.RateLimitFilter.BeforeAuthentication;
import jakarta.annotation.Priority;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Registers the filters of each resource method that has limits. It is found by service loading and
 * not by scanning, so that it is there, once, whatever classes the host's {@code Application}
 * lists. No other service has its priority: of two with the same one, RESTEasy drops the second.
 */
@Priority(Priorities.ENTITY_CODER + 42)
public class RateLimitFeature implements DynamicFeature {

  /** Attempts to guess a password are counted. */
  private static final int BEFORE_AUTHENTICATION = Priorities.AUTHENTICATION - 500;

  /** The principal is known. */
  private static final int AFTER_AUTHENTICATION = Priorities.AUTHENTICATION + 500;

  private @Context @Nullable ServletContext module;

  /**
   * @throws IllegalStateException if a declaration on the resource is wrong and CDI has not shown
   *     the resource at deployment, or if the servlet filter is needed and not registered
   */
  @Override
  public void configure(ResourceInfo info, FeatureContext context) {
    Class<?> resource = MethodLimits.unproxied(info.getResourceClass());
    if (!isOfApplication(resource)) {
      return;
    }
    RateLimitRuntime runtime = ApplicationBeans.get(RateLimitRuntime.class);
    Method method = info.getResourceMethod();
    ApplicationBeans.get(RateLimitExtension.class).addConfigured(resource, method);
    MethodLimits limits = runtime.limitsOf(resource, method);
    ServletContext webModule = module;
    if (webModule != null) {
      runtime
          .whatNeedsTheServletFilter(limits)
          .ifPresent(why -> OuterFilters.require(webModule, RateLimitServletFilter.class, why));
      if (!OuterFilters.isRegistered(webModule, RateLimitServletFilter.class)) {
        limits.hasNoServletFilter();
      }
    }
    boolean isLimited = false;
    if (limits.mayHave(Phase.BEFORE_AUTHENTICATION)) {
      context.register(new BeforeAuthentication(limits, runtime), BEFORE_AUTHENTICATION);
      isLimited = true;
    }
    if (limits.mayHave(Phase.AFTER_AUTHENTICATION)) {
      context.register(new AfterAuthentication(limits, runtime), AFTER_AUTHENTICATION);
      isLimited = true;
    }
    if (isLimited) {
      context.register(runtime.headers());
    }
  }

  /** Whether it is a resource of this application, and not one of the server's own. */
  private static boolean isOfApplication(Class<?> resource) {
    try {
      return Class.forName(RateLimited.class.getName(), false, resource.getClassLoader())
          == RateLimited.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
