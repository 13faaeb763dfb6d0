package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks one {@link Cached} method. */
final class CachedMethodValidator {

  private static final int LONGEST = 31_536_000;
  private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PATH_VARIABLE =
      Pattern.compile("\\{\\s*([\\w.-]+)\\s*(?::[^{}]*(?:\\{[^{}]*}[^{}]*)*)?}");
  private static final Set<Class<?>> STAGES =
      Set.of(CompletionStage.class, CompletableFuture.class);

  private static final String WAY_ROUND =
      "; mark what makes the key with @CacheKey, or name a key provider";

  private final DeploymentProblems problems;
  private final Predicate<Class<?>> isBean;
  private final Locators locators;

  CachedMethodValidator(
      DeploymentProblems problems, Predicate<Class<?>> isBean, Locators locators) {
    this.locators = locators;
    this.problems = problems;
    this.isBean = isBean;
  }

  /**
   * Checks one declaration.
   *
   * @param others declared before it under the same name
   */
  void check(CacheDeclaration declaration, Cached cached, List<CacheDeclaration> others) {
    DeploymentProblems.At here = problems.at(declaration);
    CacheDeclaration.Terms terms = declaration.terms();
    here.require(
        declaration.isInterceptable(), "a private, static or final method cannot be intercepted");
    checkSeconds(here, "expire", terms.expire().toSeconds(), 1);
    checkSeconds(here, "staleWhileRevalidate", terms.staleWhileRevalidate().toSeconds(), 0);
    checkSeconds(here, "staleIfError", terms.staleIfError().toSeconds(), 0);
    checkSeconds(here, "negativeExpire", terms.negativeExpire().toSeconds(), 0);
    terms.maxAge().ifPresent(maxAge -> checkSeconds(here, "maxAge", maxAge.toSeconds(), 0));
    here.require(
        terms.jitter().isZero()
            || (!terms.jitter().isNegative() && terms.jitter().compareTo(terms.expire()) < 0),
        "jitter = "
            + terms.jitter().toSeconds()
            + " is out of range (expected 0 to less than expire)");
    here.require(
        terms.refreshAhead().isZero()
            || (!terms.refreshAhead().isNegative()
                && terms.refreshAhead().compareTo(terms.expire().minus(terms.jitter())) < 0),
        "refreshAhead = "
            + terms.refreshAhead().toSeconds()
            + " is out of range (expected 0 to less than expire and jitter leave)");
    here.require(
        terms.refreshAhead().isZero() || BackgroundRefresh.suits(declaration),
        "refreshAhead needs a method that can run without a request (expected an"
            + " @ApplicationScoped or @Singleton bean, and of a resource method an entity and"
            + " nothing of the request but arguments in the key)");
    Class<?> returned = declaration.method().getReturnType();
    here.require(
        returned != void.class,
        "the method returns nothing to cache; with @Suspended return a CompletionStage instead");
    here.require(
        !declaration.isAsync() || STAGES.contains(returned),
        returned.getSimpleName() + " is returned (expected CompletionStage or CompletableFuture)");
    for (String field : cached.vary()) {
      here.require(
          FIELD_NAME.matcher(field).matches() && !field.equals("*"),
          "vary \"" + field + "\" is not the name of a request header field");
    }
    here.requireTags(declaration.tagTemplates(), declaration.inputs());
    declaration.resultTags().problems().forEach(problem -> here.require(false, problem));
    checkKey(here, declaration);
    declaration
        .condition()
        .ifPresent(
            type ->
                here.require(
                    isBean(type), type.getSimpleName() + " is not a CDI bean; give it a scope"));
    if (declaration.isEdge()) {
      checkEdge(here, declaration);
    }
    if (declaration.isResource()) {
      checkResource(here, declaration);
    } else {
      checkValue(here, declaration);
    }
    others.stream()
        .filter(other -> !other.terms().equals(terms))
        .findFirst()
        .ifPresent(
            other ->
                here.require(
                    false,
                    "cache \""
                        + declaration.name()
                        + "\" is declared with other members "
                        + other));
  }

  private static void checkSeconds(
      DeploymentProblems.At here, String member, long seconds, int least) {
    here.require(
        seconds >= least && seconds <= LONGEST,
        member
            + " = "
            + seconds
            + " is out of range (expected "
            + least
            + " to "
            + LONGEST
            + " seconds)");
  }

  /** Whether the class is a CDI bean. */
  boolean isBean(Class<?> type) {
    return isBean.test(type);
  }

  private void checkKey(DeploymentProblems.At here, CacheDeclaration declaration) {
    MethodInputs inputs = declaration.inputs();
    if (declaration.hasKeyProvider()) {
      here.require(
          isBean(declaration.keyProvider()),
          declaration.keyProvider().getSimpleName() + " is not a CDI bean; give it a scope");
      return;
    }
    inputs.key().stream()
        .filter(input -> !input.isHoldable())
        .forEach(input -> here.require(false, "a key cannot hold \"" + input + "\"" + WAY_ROUND));
    if (!inputs.isExplicit()) {
      inputs.problems().forEach(problem -> here.require(false, problem + WAY_ROUND));
      inputs.requestObjects().stream()
          .filter(object -> !isInKey(declaration, object))
          .forEach(object -> here.require(false, object + " is not in the key" + WAY_ROUND));
    }
  }

  /** Whether all that the object tells is the user, who has an own entry. */
  private static boolean isInKey(CacheDeclaration declaration, MethodInputs.RequestObject object) {
    return declaration.terms().audience() == Audience.PRINCIPAL
        && RequestObjects.isCaller(object.type());
  }

  private void checkResource(DeploymentProblems.At here, CacheDeclaration declaration) {
    Class<?> bean = declaration.bean();
    Method annotated = ResourceMethods.annotated(bean, declaration.method());
    String verb = ResourceMethods.verb(annotated).orElseThrow();
    here.require(
        CacheValidator.isSafe(verb), verb + " is not cacheable (expected GET, HEAD or QUERY)");
    if (declaration.hasKeyProvider() || declaration.inputs().isExplicit()) {
      return;
    }
    here.require(
        ResourceMethods.isRootResource(bean) || !locators.of(bean).isEmpty(),
        "the class has no @Path, and no bean with a locator for it was found; give the locator's"
            + " class a scope"
            + WAY_ROUND);
    pathVariables(bean, annotated)
        .filter(name -> !declaration.inputs().pathVariables().contains(name))
        .forEach(
            name ->
                here.require(
                    false,
                    "{" + name + "} is in the path but not in the key; take it as a @PathParam"));
  }

  private static Stream<String> pathVariables(Class<?> bean, Method method) {
    return Stream.concat(ResourceMethods.supertypes(bean).stream(), Stream.of(method))
        .map(element -> element.getAnnotation(Path.class))
        .filter(path -> path != null)
        .flatMap(path -> PATH_VARIABLE.matcher(path.value()).results())
        .map(match -> match.group(1));
  }

  private static void checkEdge(DeploymentProblems.At here, CacheDeclaration declaration) {
    here.require(declaration.isResource(), "edge is for resource methods only");
    here.require(
        declaration.terms().audience() != Audience.PRINCIPAL,
        "edge knows no users (expected audience ANONYMOUS or EVERYONE)");
    here.require(
        declaration.bindings().isPresent(),
        "edge needs a key that follows from the request's path, query and header fields, and access"
            + " that only filters check");
    here.require(
        !AccessChecks.isLimited(declaration.bean(), declaration.method()),
        "edge would serve hits beside @RateLimited; use one of them");
  }

  private static void checkValue(DeploymentProblems.At here, CacheDeclaration declaration) {
    here.require(
        declaration.terms().audience() != Audience.PRINCIPAL,
        "audience PRINCIPAL is for resource methods (expected a parameter that says whom it is"
            + " for)");
    here.require(declaration.terms().vary().isEmpty(), "vary is for resource methods only");
    here.require(
        declaration.terms().negativeExpire().isZero(),
        "negativeExpire is for resource methods only");
    here.require(
        ValueTypes.canHold(declaration.valueType()),
        declaration.valueType().getTypeName()
            + " cannot be read back from JSON (expected concrete types, and no generic record)");
    ValueShape.problems(declaration.valueType())
        .forEach(problem -> here.require(false, problem + ", so JSON changes the value"));
  }
}
