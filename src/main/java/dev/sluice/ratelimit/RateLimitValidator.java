package dev.sluice.ratelimit;

import dev.sluice.http.ResourceMethods;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds every mistake in the declarations of an application. */
final class RateLimitValidator {

  private final Map<String, IllegalArgumentException> problems = new LinkedHashMap<>();
  private final Map<String, Class<?>> limited = new LinkedHashMap<>();
  private final Set<String> policies = new LinkedHashSet<>();
  private final RateLimitSettings settings;
  private final ClientSettings client;
  private final NamedPolicies named;
  private final RateLimitDeclarations declarations;

  RateLimitValidator(
      RateLimitSettings settings,
      ClientSettings client,
      NamedPolicies named,
      RateLimitDeclarations declarations) {
    this.settings = settings;
    this.client = client;
    this.named = named;
    this.declarations = declarations;
  }

  /**
   * Returns a problem for each mistake in the settings and on these types, and on the types that
   * their sub-resource locators return.
   */
  Collection<IllegalArgumentException> problems(Collection<Class<?>> types) {
    collect("", () -> new TrustedProxies(client));
    collect("", () -> declarations.configured("default", "", settings.defaultLimits()));
    collect("", () -> declarations.configured("application", "", settings.applicationLimits()));
    collect("", () -> declarations.configured("servlet", "", settings.servletLimits()));
    settings
        .policies()
        .forEach(
            name -> collect("", () -> RateLimitDeclarationFactory.checkOverrides(settings, name)));
    check(types);
    return problems.values();
  }

  /**
   * Returns a problem for each mistake on a type that CDI has not shown. A policy without limits is
   * none yet: another such type may declare them.
   */
  Collection<IllegalArgumentException> problemsOn(Class<?> type) {
    check(List.of(type));
    problems.values().removeIf(problem -> problem.getCause() instanceof NoLimitsException);
    return problems.values();
  }

  private void check(Collection<Class<?>> types) {
    Set<Class<?>> all = new LinkedHashSet<>();
    types.forEach(type -> addReachable(type, all));
    all.forEach(named::addType);
    all.forEach(this::gatherNamed);
    all.forEach(this::check);
  }

  private static void addReachable(Class<?> type, Set<Class<?>> all) {
    if (all.add(type)) {
      Arrays.stream(type.getMethods())
          .filter(method -> !method.isBridge() && ResourceMethods.isLocator(method))
          .forEach(method -> addReachable(method.getReturnType(), all));
    }
  }

  private void gatherNamed(Class<?> type) {
    for (AnnotatedElement place : annotated(type)) {
      for (RateLimited annotation : place.getAnnotationsByType(RateLimited.class)) {
        collect(where(type, place), () -> named.add(annotation));
      }
    }
  }

  private void check(Class<?> type) {
    for (AnnotatedElement place : annotated(type)) {
      mistake(type, place)
          .ifPresent(why -> collect(new IllegalArgumentException(where(type, place) + why)));
    }
    ResourceMethods.of(type).forEach(method -> collect("", () -> count(type, method)));
  }

  private void count(Class<?> type, Method method) {
    List<RateLimitDeclaration> found = declarations.of(type, method);
    if (!found.isEmpty() && !Modifier.isAbstract(type.getModifiers())) {
      limited.put(MethodNames.id(type, method), type);
      found.forEach(declaration -> policies.add(declaration.policy().name()));
    }
  }

  /** The resource methods that have a limit, by id, with their resources. */
  Map<String, Class<?>> limited() {
    return limited;
  }

  /** The names of the policies of those methods. */
  Set<String> policies() {
    return policies;
  }

  private static Optional<String> mistake(Class<?> type, AnnotatedElement place) {
    if (isLimited(place) && place.isAnnotationPresent(RateLimitExempt.class)) {
      return Optional.of("it is @RateLimitExempt as well");
    }
    if (declaringType(place).isInterface()) {
      return Optional.of("it has no effect on an interface; put it on the implementation");
    }
    if (place instanceof Method method && ResourceMethods.isLocator(method)) {
      return Optional.of(
          "a sub-resource locator serves no request; put it on the methods of the sub-resource");
    }
    if (place instanceof Method method && isLost(type, method)) {
      return Optional.of(
          "it has no effect on the overridden method "
              + MethodNames.name(method.getDeclaringClass(), method)
              + "; put it on this one");
    }
    boolean isRouted =
        place instanceof Method method
            ? ResourceMethods.isResourceMethod(method)
            : isForSubclasses(type) || ResourceMethods.of(type).findAny().isPresent();
    return isRouted ? Optional.empty() : Optional.of("no request is routed to it");
  }

  /** Whether its subclasses, which are checked themselves, may serve requests. */
  private static boolean isForSubclasses(Class<?> type) {
    return Modifier.isAbstract(type.getModifiers()) && !type.isInterface();
  }

  /** Whether requests reach an overriding method that declares nothing. */
  private static boolean isLost(Class<?> type, Method method) {
    List<Method> reached =
        Arrays.stream(type.getMethods()).filter(one -> isAlike(one, method)).toList();
    return !reached.isEmpty()
        && !reached.contains(method)
        && reached.stream().noneMatch(RateLimitValidator::isDeclared);
  }

  private static boolean isAlike(Method one, Method other) {
    return one.getName().equals(other.getName())
        && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
  }

  /** Returns the annotated ones of the type, its supertypes and all their methods. */
  private static List<AnnotatedElement> annotated(Class<?> type) {
    return ResourceMethods.supertypes(type).stream()
        .<AnnotatedElement>flatMap(
            one -> Stream.concat(Stream.of(one), Arrays.stream(one.getDeclaredMethods())))
        .filter(place -> !(place instanceof Method method && method.isBridge()))
        .filter(RateLimitValidator::isDeclared)
        .toList();
  }

  private static Class<?> declaringType(AnnotatedElement place) {
    return place instanceof Method method ? method.getDeclaringClass() : (Class<?>) place;
  }

  private static boolean isDeclared(AnnotatedElement place) {
    return isLimited(place) || place.isAnnotationPresent(RateLimitExempt.class);
  }

  private static boolean isLimited(AnnotatedElement place) {
    return place.getAnnotationsByType(RateLimited.class).length > 0;
  }

  private static String where(Class<?> type, AnnotatedElement place) {
    String annotation = isLimited(place) ? "@RateLimited" : "@RateLimitExempt";
    return annotation + " on " + MethodNames.name(type, place) + ": ";
  }

  private void collect(String where, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      collect(new IllegalArgumentException(where + e.getMessage(), rootOf(e)));
    }
  }

  private static Throwable rootOf(Throwable problem) {
    Throwable cause = problem.getCause();
    return cause == null ? problem : rootOf(cause);
  }

  private void collect(IllegalArgumentException problem) {
    problems.putIfAbsent(String.valueOf(problem.getMessage()), problem);
  }
}
