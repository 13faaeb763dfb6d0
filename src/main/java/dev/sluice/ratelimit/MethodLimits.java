package dev.sluice.ratelimit;

import dev.sluice.http.OuterFilters;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The limits of one resource method. They are known at deployment, except where the server names an
 * interface, whose implementation only a request shows, or a class that CDI has not shown.
 */
final class MethodLimits {

  /** When a limit is decided. */
  enum Phase {
    BEFORE_AUTHENTICATION,
    AFTER_AUTHENTICATION
  }

  private record ByPhase(List<RateLimitDeclaration> before, List<RateLimitDeclaration> after) {

    static ByPhase of(List<RateLimitDeclaration> all) {
      return new ByPhase(
          all.stream().filter(RateLimitDeclaration::isDecidedBeforeAuthentication).toList(),
          all.stream().filter(one -> !one.isDecidedBeforeAuthentication()).toList());
    }

    boolean hasConcurrency(Predicate<String> planned) {
      return Stream.concat(before.stream(), after.stream())
          .anyMatch(
              declaration ->
                  declaration.quotas().stream().anyMatch(quota -> quota.counting().isConcurrent())
                      || (declaration.plans().isPresent()
                          && planned.test(declaration.policy().name())));
    }

    List<RateLimitDeclaration> of(Phase phase) {
      return phase == Phase.BEFORE_AUTHENTICATION ? before : after;
    }
  }

  private final Class<?> resource;
  private final Function<Class<?>, List<RateLimitDeclaration>> declarations;
  private final Map<Class<?>, Refreshing<ByPhase>> byClass = new ConcurrentHashMap<>();
  private volatile boolean hasServletFilter = true;

  /**
   * @param declarations finds the limits that the method has in a class
   */
  MethodLimits(Class<?> resource, Function<Class<?>, List<RateLimitDeclaration>> declarations) {
    this.resource = resource;
    this.declarations = declarations;
  }

  /**
   * Finds the limits now, not at the first request.
   *
   * @throws IllegalArgumentException if a declaration is wrong
   */
  MethodLimits resolved() {
    if (!resource.isInterface()) {
      of(resource);
    }
    return this;
  }

  /** Whether a request may have limits in this phase; true as long as that is unknown. */
  boolean mayHave(Phase phase) {
    Refreshing<ByPhase> known = byClass.get(resource);
    return known == null || !known.get().of(phase).isEmpty();
  }

  /**
   * Whether a limit on concurrency is declared.
   *
   * @param planned whether a plan of this policy has one
   */
  boolean hasConcurrency(Predicate<String> planned) {
    Refreshing<ByPhase> known = byClass.get(resource);
    return known != null && known.get().hasConcurrency(planned);
  }

  /** No servlet filter gives back the place of a request that has ended. */
  void hasNoServletFilter() {
    hasServletFilter = false;
  }

  /**
   * Checks limits that are known only now: those of a rule, or of settings that have changed.
   *
   * @throws IllegalStateException if one is on concurrency and no servlet filter gives places back
   */
  void requireServletFilter(List<Charge> charges) {
    if (hasServletFilter) {
      return;
    }
    for (Charge charge : charges) {
      if (charge.counting().isConcurrent()) {
        throw OuterFilters.missing(
            "\"" + charge.quota().limit() + "\" of the policy " + charge.policy().name());
      }
    }
  }

  /** Returns the limits of this request. */
  List<RateLimitDeclaration> of(ContainerRequestContext request, Phase phase) {
    return of(resource.isInterface() ? implementation(request) : resource).of(phase);
  }

  private ByPhase of(Class<?> type) {
    Refreshing<ByPhase> known = byClass.get(type);
    if (known == null) {
      known = byClass.computeIfAbsent(type, this::refreshing);
    }
    return known.get();
  }

  private Refreshing<ByPhase> refreshing(Class<?> type) {
    return new Refreshing<>(() -> ByPhase.of(declarations.apply(type)), System::nanoTime);
  }

  private Class<?> implementation(ContainerRequestContext request) {
    List<Object> matched = request.getUriInfo().getMatchedResources();
    Object first = matched.isEmpty() ? resource : matched.get(0);
    return unproxied(first instanceof Class<?> type ? type : first.getClass());
  }

  /** Returns the class that the container's proxy or subclass extends or stands for. */
  static Class<?> unproxied(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    boolean isGenerated = type.isSynthetic() || type.getName().contains("$$");
    return isGenerated && parent != null && parent != Object.class ? unproxied(parent) : type;
  }
}
