package dev.sluice.ratelimit;

import dev.sluice.http.ResourceMethods;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the limits of a resource method: its own {@link RateLimited}, else its class's, else {@code
 * sluice.rate-limit.default}; and in addition {@code sluice.rate-limit.application}. The settings
 * {@code sluice.policies.NAME.*} override each of them.
 */
final class RateLimitDeclarations {

  private static final String POLICY_NAME = "[A-Za-z0-9_.-]{1,128}";

  /** The names of the policies that are settings. */
  private static final Set<String> RESERVED = Set.of("default", "application", "servlet");

  /** An annotation with every member at its default. */
  private static final RateLimited PLAIN = Plain.class.getAnnotation(RateLimited.class);

  @RateLimited
  private static final class Plain {}

  private final RateLimitSettings settings;
  private final NamedPolicies named;
  private final RateLimitDeclarationFactory factory;

  /**
   * @param address identifies clients by address
   * @param rules finds the bean of a rule
   * @param plans the bean that chooses plans, if there is one
   */
  RateLimitDeclarations(
      RateLimitSettings settings,
      NamedPolicies named,
      PartitionKey address,
      Function<Class<? extends RateLimitRule>, RateLimitRule> rules,
      Optional<PlanResolver> plans) {
    this.settings = settings;
    this.named = named;
    factory = new RateLimitDeclarationFactory(settings, address, rules, plans);
  }

  /**
   * Returns the limits of a resource method; empty if it has none.
   *
   * @param declared the method, or the one that it overrides and that the server knows
   * @throws IllegalArgumentException if a declaration is wrong; the message says which and why
   */
  List<RateLimitDeclaration> of(Class<?> resource, Method declared) {
    Method method = ResourceMethods.implementation(resource, declared);
    AnnotatedElement place = place(resource, method);
    if (!settings.enabled() || place.isAnnotationPresent(RateLimitExempt.class)) {
      return List.of();
    }
    List<RateLimitDeclaration> all = annotated(resource, method, place);
    if (all.isEmpty()) {
      all.addAll(configured("default", MethodNames.id(resource, method), settings.defaultLimits()));
    }
    all.addAll(configured("application", "", settings.applicationLimits()));
    return List.copyOf(all);
  }

  /**
   * Returns the declaration of the policy that requests are counted by under this name: a named
   * one, the {@code Class.method} of a method whose policy has no name, or {@code application}.
   *
   * @throws IllegalArgumentException if there is none, or if several methods are called so
   */
  RateLimitDeclaration named(String policy) {
    List<RateLimitDeclaration> found =
        RESERVED.contains(policy) ? reserved(policy) : unnamed(policy);
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          found.size() + " methods are called " + policy + "; give each a policy with a name");
    }
    return found.isEmpty()
        ? factory.declare(named.of(policy), PLAIN, namedPolicy(policy))
        : found.get(0);
  }

  private List<RateLimitDeclaration> reserved(String policy) {
    return switch (policy) {
      case "application" -> configured(policy, "", settings.applicationLimits());
      case "servlet" -> configured(policy, "", settings.servletLimits());
      default ->
          throw new IllegalArgumentException(
              "sluice.rate-limit." + policy + " has no clients of its own");
    };
  }

  /** Finds the methods whose policy has no name of its own and is called so. */
  private List<RateLimitDeclaration> unnamed(String policy) {
    if (named.isDeclared(policy)) {
      return List.of();
    }
    Map<String, RateLimitDeclaration> byId = new LinkedHashMap<>();
    for (Class<?> type : named.types()) {
      if (policy.startsWith(type.getSimpleName() + ".")) {
        ResourceMethods.of(type)
            .flatMap(method -> of(type, method).stream())
            .filter(declaration -> declaration.policy().name().equals(policy))
            .forEach(declaration -> byId.put(declaration.policy().id(), declaration));
      }
    }
    return List.copyOf(byId.values());
  }

  /**
   * Returns the declaration that the setting {@code sluice.rate-limit.NAME} makes.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  List<RateLimitDeclaration> configured(String name, String id, Optional<String> limits) {
    try {
      return limits.stream()
          .map(text -> factory.declare(Terms.of(text), PLAIN, PolicyName.of(name, name + " " + id)))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("sluice.rate-limit." + name + ": " + e.getMessage(), e);
    }
  }

  /** Returns the element whose annotations apply: the method, or the class if it has none. */
  private static AnnotatedElement place(Class<?> resource, Method method) {
    boolean isOwn =
        method.isAnnotationPresent(RateLimitExempt.class)
            || method.getAnnotationsByType(RateLimited.class).length > 0;
    return isOwn ? method : resource;
  }

  private List<RateLimitDeclaration> annotated(
      Class<?> resource, Method method, AnnotatedElement place) {
    RateLimited[] annotations = place.getAnnotationsByType(RateLimited.class);
    List<RateLimitDeclaration> all = new ArrayList<>();
    try {
      for (int i = 0; i < annotations.length; i++) {
        String number = i == 0 ? "" : "-" + (i + 1);
        all.add(declaration(annotations[i], resource, method, number));
      }
      requireDifferentPolicies(all);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "@RateLimited on " + MethodNames.name(resource, place) + ": " + e.getMessage(), e);
    }
    return all;
  }

  private RateLimitDeclaration declaration(
      RateLimited annotation, Class<?> resource, Method method, String number) {
    String policy = annotation.policy();
    if (policy.isEmpty()) {
      return factory.declare(
          Terms.of(annotation),
          annotation,
          new PolicyName(
              MethodNames.name(resource, method) + number,
              shown(resource, method) + number,
              MethodNames.id(resource, method) + number));
    }
    if (!policy.matches(POLICY_NAME)) {
      throw new IllegalArgumentException(
          "policy = \"" + policy + "\": expected 1 to 128 letters, digits, . _ -");
    }
    if (RESERVED.contains(policy)) {
      throw new IllegalArgumentException(
          "policy = \"" + policy + "\": what sluice.rate-limit." + policy + " is called");
    }
    return factory.declare(named.with(annotation), annotation, namedPolicy(policy));
  }

  /** Requires different names: two equal ones would charge one limit twice. */
  private static void requireDifferentPolicies(List<RateLimitDeclaration> all) {
    Set<String> names = new HashSet<>();
    for (RateLimitDeclaration declaration : all) {
      String policy = declaration.policy().name();
      if (!names.add(policy)) {
        throw new IllegalArgumentException("the policy " + policy + " is named twice");
      }
    }
  }

  private static PolicyName namedPolicy(String policy) {
    return PolicyName.of(policy, "policy " + policy);
  }

  /** Returns the name that clients see of a policy without a name. */
  private String shown(Class<?> resource, Method method) {
    return settings.policyNames() == PolicyNames.PATH
        ? ResourceMethods.pathTemplate(resource, method)
        : MethodNames.name(resource, method);
  }
}
