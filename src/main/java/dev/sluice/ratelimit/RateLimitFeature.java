package dev.sluice.ratelimit;

import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.ratelimit.MethodLimits.Phase;
import dev.sluice.ratelimit.RateLimitFilter.AfterAuthentication;
import dev.sluice.ratelimit.RateLimitFilter.BeforeAuthentication;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;

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

  /**
   * @throws IllegalStateException if a declaration on the resource is wrong and CDI has not shown
   *     the resource at deployment
   */
  @Override
  public void configure(ResourceInfo info, FeatureContext context) {
    Class<?> resource = MethodLimits.unproxied(info.getResourceClass());
    if (!isOfApplication(resource)) {
      return;
    }
    RateLimiter limiter = ApplicationBeans.get(RateLimiter.class);
    Method method = info.getResourceMethod();
    ApplicationBeans.get(RateLimitExtension.class).addConfigured(resource, method);
    MethodLimits limits = limiter.limitsOf(resource, method);
    boolean isLimited = false;
    if (limits.mayHave(Phase.BEFORE_AUTHENTICATION)) {
      context.register(new BeforeAuthentication(limits, limiter), BEFORE_AUTHENTICATION);
      isLimited = true;
    }
    if (limits.mayHave(Phase.AFTER_AUTHENTICATION)) {
      context.register(new AfterAuthentication(limits, limiter), AFTER_AUTHENTICATION);
      isLimited = true;
    }
    if (isLimited) {
      context.register(limiter.headers());
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
