package dev.sluice.ratelimit;

import dev.sluice.ratelimit.NamedPolicies.Terms;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds what holds for a resource method: its own {@link RateLimited}, else its class's, else
 * {@code sluice.rate-limit.default}; and beside each of them {@code sluice.rate-limit.application}.
 * What {@code sluice.policies.NAME.*} says goes before all.
 */
final class RateLimitDeclarations {

  private static final String POLICY_NAME = "[A-Za-z0-9_.-]{1,128}";

  /** What the settings' own policies are called. */
  private static final Set<String> TAKEN = Set.of("default", "application");

  /** What an annotation says that says nothing. */
  private static final RateLimited PLAIN = Plain.class.getAnnotation(RateLimited.class);

  @RateLimited
  private static final class Plain {}

  private final RateLimitSettings settings;
  private final NamedPolicies named;
  private final RateLimitDeclarationFactory reader;

  /**
   * @param client tells clients apart by address
   * @param rules finds the bean of a rule
   */
  RateLimitDeclarations(
      RateLimitSettings settings,
      NamedPolicies named,
      PartitionKey client,
      Function<Class<? extends RateLimitRule>, RateLimitRule> rules) {
    this.settings = settings;
    this.named = named;
    reader = new RateLimitDeclarationFactory(settings, client, rules);
  }

  /**
   * What holds for this method of this class; nothing if that is empty.
   *
   * @throws IllegalArgumentException if a declaration is wrong; the message says which and why
   */
  List<RateLimitDeclaration> of(Class<?> resource, Method method) {
    AnnotatedElement place = place(resource, method);
    if (!settings.enabled() || place.isAnnotationPresent(RateLimitExempt.class)) {
      return List.of();
    }
    List<RateLimitDeclaration> all = annotated(resource, method, place);
    if (all.isEmpty()) {
      all.addAll(configured("default", id(resource, method), settings.defaultLimits()));
    }
    all.addAll(configured("application", "", settings.applicationLimits()));
    return List.copyOf(all);
  }

  /**
   * The declaration of a policy that has a name, for code that no request reaches.
   *
   * @throws IllegalArgumentException if nobody has given it limits
   */
  RateLimitDeclaration named(String policy) {
    return reader.read(named.of(policy), PLAIN, policy, namedId(policy));
  }

  /**
   * What {@code sluice.rate-limit.NAME} says.
   *
   * @throws IllegalArgumentException if it is wrong
   */
  List<RateLimitDeclaration> configured(String name, String id, Optional<String> limits) {
    try {
      return limits.stream()
          .map(text -> reader.read(Terms.of(text), PLAIN, name, name + " " + id))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("sluice.rate-limit." + name + ": " + e.getMessage(), e);
    }
  }

  /** Where the annotations stand that hold: the method, or the class if it has none. */
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
          "@RateLimited on " + name(resource, place) + ": " + e.getMessage(), e);
    }
    return all;
  }

  private RateLimitDeclaration declaration(
      RateLimited annotation, Class<?> resource, Method method, String number) {
    String policy = annotation.policy();
    if (policy.isEmpty()) {
      return reader.read(
          Terms.of(annotation),
          annotation,
          name(resource, method) + number,
          id(resource, method) + number);
    }
    if (!policy.matches(POLICY_NAME)) {
      throw new IllegalArgumentException(
          "policy = \"" + policy + "\": expected 1 to 128 letters, digits, . _ -");
    }
    if (TAKEN.contains(policy)) {
      throw new IllegalArgumentException(
          "policy = \"" + policy + "\": what sluice.rate-limit." + policy + " is called");
    }
    return reader.read(named.with(annotation), annotation, policy, namedId(policy));
  }

  /** Two of one name would charge the same quota twice in one call, or be told apart by nobody. */
  private static void requireDifferentPolicies(List<RateLimitDeclaration> all) {
    Set<String> names = new HashSet<>();
    for (RateLimitDeclaration declaration : all) {
      String policy = declaration.policy().name();
      if (!names.add(policy)) {
        throw new IllegalArgumentException("the policy " + policy + " is named twice");
      }
    }
  }

  /** As messages and operators call it. */
  static String name(Class<?> resource, AnnotatedElement place) {
    return place instanceof Method method
        ? resource.getSimpleName() + "." + method.getName()
        : resource.getSimpleName();
  }

  private static String namedId(String policy) {
    return "policy " + policy;
  }

  /** What is counted together where no policy is named. */
  static String id(Class<?> resource, Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getName)
        .collect(Collectors.joining(",", resource.getName() + "." + method.getName() + "(", ")"));
  }
}
