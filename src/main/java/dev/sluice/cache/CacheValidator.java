package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import jakarta.ws.rs.HttpMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads and checks the declarations of an application's classes, and collects all mistakes. */
final class CacheValidator {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._$-]{1,128}");

  /** {@code QUERY} is of RFC 10008; its body is a parameter and so in the key. */
  private static final Set<String> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, "QUERY");

  private final CacheSettings settings;
  private final CacheNames names;
  private final Locators locators;
  private final CachedMethodValidator rules;
  private final DeploymentProblems problems = new DeploymentProblems();
  private final Map<String, List<CacheDeclaration>> byName = new LinkedHashMap<>();

  /**
   * @param isBean whether a class is a type of a CDI bean
   * @param beans all classes that declare a cache
   */
  CacheValidator(
      CacheSettings settings,
      Predicate<Class<?>> isBean,
      Collection<Class<?>> beans,
      Locators locators) {
    this.settings = settings;
    this.locators = locators;
    this.names = new CacheNames(beans);
    this.rules = new CachedMethodValidator(problems, isBean, locators);
  }

  DeploymentProblems problems() {
    return problems;
  }

  /** The caches declared so far, by name. */
  Map<String, List<CacheDeclaration>> caches() {
    return byName;
  }

  /** Whether a type has cached or evicting methods. */
  static boolean concerns(Class<?> type) {
    try {
      return ResourceMethods.supertypes(type).stream()
              .anyMatch(each -> each.isAnnotationPresent(Cached.class))
          || methods(type).anyMatch(method -> isCached(method) || changesCaches(method));
    } catch (LinkageError e) {
      return false; // a class whose dependencies are missing is no bean
    }
  }

  /** Whether a class has methods that return sub-resources. */
  static boolean hasLocators(Class<?> type) {
    try {
      return !type.isInterface() && methods(type).anyMatch(ResourceMethods::isLocator);
    } catch (LinkageError e) {
      return false;
    }
  }

  /** Checks that the cached sub-resources which locators return are CDI beans. */
  void checkLocators() {
    for (Locators.Locator locator : locators.all()) {
      Class<?> type = locator.subResource();
      if (!type.isInterface() && type != Object.class && concerns(type)) {
        problems
            .at("@Cached on " + type.getSimpleName())
            .require(
                rules.isBean(type),
                "the class is not a CDI bean; give it a scope, and let "
                    + locator
                    + " return an injected instance");
      }
    }
  }

  static Stream<Method> methods(Class<?> type) {
    return ResourceMethods.supertypes(type).stream()
        .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
        .filter(method -> !method.isBridge() && !method.isSynthetic());
  }

  private static boolean isCached(Method method) {
    return method.isAnnotationPresent(Cached.class);
  }

  private static boolean changesCaches(Method method) {
    return isEvicting(method) || method.isAnnotationPresent(CachePut.class);
  }

  static boolean isEvicting(Method method) {
    return method.getAnnotationsByType(CacheEvict.class).length > 0;
  }

  /** The declarations of a bean's cached methods. Adds their mistakes to the problems. */
  List<CacheDeclaration> declarations(Class<?> bean) {
    checkInterfaces(bean);
    List<CacheDeclaration> declarations = new ArrayList<>();
    if (Modifier.isAbstract(bean.getModifiers())) {
      return declarations;
    }
    Map<Method, Cached> cached = cached(bean);
    for (Map.Entry<Method, Cached> each : cached.entrySet()) {
      Method method = each.getKey();
      String place = "@Cached on " + bean.getSimpleName() + "." + method.getName();
      String name = names.name(bean, method, cached);
      if (!NAME.matcher(name).matches()) {
        problems.add(place, "\"" + name + "\" is not a name (1 to 128 of A-Z a-z 0-9 . _ - $)");
        continue;
      }
      try {
        CacheDeclaration declaration =
            new CacheDeclaration(
                bean, method, name, each.getValue(), settings.overrides(name), locators);
        rules.check(declaration, each.getValue(), byName.getOrDefault(name, List.of()));
        declarations.add(declaration);
        byName.computeIfAbsent(name, key -> new ArrayList<>()).add(declaration);
      } catch (IllegalArgumentException e) {
        problems.add(place, String.valueOf(e.getMessage()));
      }
    }
    return declarations;
  }

  private static Map<Method, Cached> cached(Class<?> bean) {
    Map<Method, Cached> cached = new LinkedHashMap<>();
    Cached ofClass = bean.getAnnotation(Cached.class);
    Set<String> seen = new HashSet<>();
    for (Class<?> at = bean; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Method method : at.getDeclaredMethods()) {
        boolean isNew = seen.add(method.getName() + Arrays.toString(method.getParameterTypes()));
        if (method.isSynthetic() || !isNew) { // a bridge hides the method that it overrides
          continue;
        }
        Cached own = method.getAnnotation(Cached.class);
        if (own != null) {
          cached.put(method, own);
        } else if (ofClass != null && isMeantByClass(bean, method)) {
          cached.put(method, ofClass);
        }
      }
    }
    return cached;
  }

  /** Whether an annotation on the class applies to the method: its results can be cached. */
  private static boolean isMeantByClass(Class<?> bean, Method method) {
    Optional<String> verb = ResourceMethods.verb(ResourceMethods.annotated(bean, method));
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && method.getReturnType() != void.class
        && !isOfEveryObject(method)
        && (verb.isPresent() ? isSafe(verb.get()) : !isResource(bean));
  }

  /** Whether the class, a sub-resource's too, has resource methods. */
  private static boolean isResource(Class<?> bean) {
    return ResourceMethods.isRootResource(bean)
        || methods(bean).anyMatch(method -> ResourceMethods.verb(method).isPresent());
  }

  /** Whether the method overrides one of {@code Object}, which an annotation does not mean. */
  private static boolean isOfEveryObject(Method method) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(
            each ->
                each.getName().equals(method.getName())
                    && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
  }

  /** Whether requests with this HTTP method read only, so that a response may be stored. */
  static boolean isSafe(String verb) {
    return SAFE.contains(verb);
  }

  private void checkInterfaces(Class<?> bean) {
    for (Class<?> type : ResourceMethods.supertypes(bean)) {
      if (!type.isInterface()) {
        continue;
      }
      for (Method method : type.getDeclaredMethods()) {
        if (isCached(method) || changesCaches(method)) {
          problems.add(
              (isCached(method)
                      ? "@Cached on "
                      : isEvicting(method) ? "@CacheEvict on " : "@CachePut on ")
                  + type.getSimpleName()
                  + "."
                  + method.getName(),
              "has no effect on an interface; annotate the class that implements it");
        }
      }
      if (type.isAnnotationPresent(Cached.class)) {
        problems.add(
            "@Cached on " + type.getSimpleName(),
            "has no effect on an interface; annotate the class");
      }
    }
  }
}
