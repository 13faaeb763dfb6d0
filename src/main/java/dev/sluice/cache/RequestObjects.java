package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.container.ResourceContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.ext.Providers;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Set;

/** The types of objects from which a method can read any part of a request. */
final class RequestObjects {

  /** Objects of {@code @Context} that are the same in all requests, or for one method. */
  private static final Set<Class<?>> INDEPENDENT =
      Set.of(
          Application.class,
          Configuration.class,
          Providers.class,
          ResourceContext.class,
          ResourceInfo.class,
          ServletConfig.class,
          ServletContext.class);

  /**
   * Objects that {@code @Inject} and {@code @Resource} can bring in, by name: a server need not
   * have all of them.
   */
  private static final Set<String> INJECTED =
      Set.of(
          "jakarta.ws.rs.core.UriInfo",
          "jakarta.ws.rs.core.HttpHeaders",
          "jakarta.ws.rs.core.Request",
          "jakarta.ws.rs.core.SecurityContext",
          "jakarta.ws.rs.container.ContainerRequestContext",
          "jakarta.servlet.ServletRequest",
          "jakarta.servlet.ServletResponse",
          "jakarta.servlet.http.HttpSession",
          "jakarta.security.enterprise.SecurityContext",
          "jakarta.ejb.EJBContext",
          "java.security.Principal");

  /** Objects that tell no more of a request than whose it is. */
  private static final Set<String> CALLER =
      Set.of(
          "jakarta.ws.rs.core.SecurityContext",
          "jakarta.security.enterprise.SecurityContext",
          "java.security.Principal");

  private RequestObjects() {}

  /** Whether {@code @Context} brings in something of the request with this type. */
  static boolean isInContext(Class<?> type) {
    return INDEPENDENT.stream().noneMatch(each -> each.isAssignableFrom(type));
  }

  /** Whether an injected object of this type, or what it provides, is of the request. */
  static boolean isInjected(Type type) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        if (isInjected(argument)) {
          return true;
        }
      }
      return isInjected(generic.getRawType());
    }
    return type instanceof Class<?> plain
        && ResourceMethods.supertypes(plain).stream()
            .anyMatch(each -> INJECTED.contains(each.getName()));
  }

  /** Whether it tells whose the request is, and nothing else of it. */
  static boolean isCaller(Type type) {
    return type instanceof Class<?> plain && CALLER.contains(plain.getName());
  }
}
