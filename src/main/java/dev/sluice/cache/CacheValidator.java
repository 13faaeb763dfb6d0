package dev.sluice.cache;

import dev.sluice.http.ResourceMethods;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.ws.rs.HttpMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the declarations of an application's classes, and gathers all that is wrong with them. */
final class CacheValidator {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._$-]{1,128}");

  private final CacheSettings settings;
  private final CachedMethodValidator rules;
  private final DeploymentProblems problems = new DeploymentProblems();
  private final Map<String, List<CacheDeclaration>> byName = new LinkedHashMap<>();

  CacheValidator(CacheSettings settings, BeanManager beanManager) {
    this.settings = settings;
    this.rules = new CachedMethodValidator(problems, beanManager);
  }

  DeploymentProblems problems() {
    return problems;
  }

  /** The caches declared so far, by name. */
  Map<String, List<CacheDeclaration>> caches() {
    return byName;
  }

  /** Whether a type has anything to do with caches. */
  static boolean concerns(Class<?> type) {
    try {
      return ResourceMethods.supertypes(type).stream()
              .anyMatch(each -> each.isAnnotationPresent(Cached.class))
          || methods(type).anyMatch(method -> isCached(method) || isEvicting(method));
    } catch (LinkageError e) {
      return false; // a class that needs what is not there is nobody's bean
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

  static boolean isEvicting(Method method) {
    return method.getAnnotationsByType(CacheEvict.class).length > 0;
  }

  /** The cached methods of a bean; what is wrong with them is among the problems then. */
  List<CacheDeclaration> declarations(Class<?> bean) {
    checkInterfaces(bean);
    List<CacheDeclaration> declarations = new ArrayList<>();
    if (Modifier.isAbstract(bean.getModifiers())) {
      return declarations;
    }
    for (Map.Entry<Method, Cached> each : cached(bean).entrySet()) {
      Method method = each.getKey();
      String place = "@Cached on " + bean.getSimpleName() + "." + method.getName();
      String name = CacheDeclaration.nameOf(bean, method, each.getValue());
      if (!NAME.matcher(name).matches()) {
        problems.add(place, "\"" + name + "\" is not a name (1 to 128 of A-Z a-z 0-9 . _ - $)");
        continue;
      }
      try {
        CacheDeclaration declaration =
            new CacheDeclaration(bean, method, each.getValue(), settings.overrides(name));
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
    Set<String> seen = new java.util.HashSet<>();
    for (Class<?> at = bean; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Method method : at.getDeclaredMethods()) {
        if (method.isSynthetic()
            || !seen.add(method.getName() + Arrays.toString(method.getParameterTypes()))) {
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

  /** What an annotation on the class holds for: methods whose results can be cached at all. */
  private static boolean isMeantByClass(Class<?> bean, Method method) {
    Optional<String> verb = ResourceMethods.verb(ResourceMethods.annotated(bean, method));
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && method.getReturnType() != void.class
        && !isOfEveryObject(method)
        && (verb.isPresent() ? isSafe(verb.get()) : !ResourceMethods.isRootResource(bean));
  }

  /** {@code equals}, {@code hashCode} and {@code toString} are nobody's business. */
  private static boolean isOfEveryObject(Method method) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(
            each ->
                each.getName().equals(method.getName())
                    && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
  }

  static boolean isSafe(String verb) {
    return verb.equals(HttpMethod.GET) || verb.equals(HttpMethod.HEAD);
  }

  private void checkInterfaces(Class<?> bean) {
    for (Class<?> type : ResourceMethods.supertypes(bean)) {
      if (!type.isInterface()) {
        continue;
      }
      for (Method method : type.getDeclaredMethods()) {
        if (isCached(method) || isEvicting(method)) {
          problems.add(
              (isCached(method) ? "@Cached on " : "@CacheEvict on ")
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
