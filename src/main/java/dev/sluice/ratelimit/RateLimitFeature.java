package dev.sluice.ratelimit;

import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.List;

/**
 * Puts a {@link RateLimitFilter} in front of each resource method for which a limit holds. Found by
 * service loading and not by scanning, so that it is there, once, whatever the host's {@code
 * Application} lists. Its priority is nobody else's: of two services with one priority RESTEasy
 * keeps the first.
 */
@Priority(Priorities.ENTITY_CODER + 42)
public class RateLimitFeature implements DynamicFeature {

  /** A principal is known by then, and refusing costs little more than that. */
  private static final int AFTER_AUTHENTICATION = Priorities.AUTHENTICATION + 500;

  @Override
  public void configure(ResourceInfo info, FeatureContext context) {
    Class<?> resource = unproxied(info.getResourceClass());
    if (!isOfApplication(resource)) {
      return;
    }
    RateLimitSettings settings = ApplicationBeans.get(RateLimitSettings.class);
    RateLimiter limiter = ApplicationBeans.get(RateLimiter.class);
    RateLimitExtension extension = ApplicationBeans.get(RateLimitExtension.class);
    Method method = info.getResourceMethod();
    if (resource.isInterface()) {
      method = extension.implementation(resource, method);
      resource = method.getDeclaringClass();
    }
    extension.addConfigured(resource, method);
    List<RateLimitDeclaration> declarations = limiter.declarations(resource, method);
    if (!declarations.isEmpty()) {
      context.register(new RateLimitFilter(declarations, limiter), AFTER_AUTHENTICATION);
      context.register(new RateLimitHeaders(settings.xHeaders()));
    }
  }

  private static Class<?> unproxied(Class<?> type) {
    return type.isSynthetic() ? unproxied(type.getSuperclass()) : type;
  }

  /** Not one of the server's own resources, which do not know what a limit is. */
  private static boolean isOfApplication(Class<?> resource) {
    try {
      return Class.forName(RateLimited.class.getName(), false, resource.getClassLoader())
          == RateLimited.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
