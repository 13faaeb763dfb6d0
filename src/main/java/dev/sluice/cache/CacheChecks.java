package dev.sluice.cache;

import dev.sluice.config.Settings;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the declarations of an application's classes, and gathers all that is wrong with them. */
final class CacheChecks {

  private static final int LONGEST = 31_536_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._$-]{1,128}");
  private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PATH_VARIABLE =
      Pattern.compile("\\{\\s*([\\w.-]+)\\s*(?::[^{}]*(?:\\{[^{}]*}[^{}]*)*)?}");
  private static final Set<Class<?>> STAGES =
      Set.of(CompletionStage.class, CompletableFuture.class);

  private final Settings settings;
  private final BeanManager beanManager;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, List<CacheDeclaration>> byName = new LinkedHashMap<>();

  CacheChecks(Settings settings, BeanManager beanManager) {
    this.settings = settings;
    this.beanManager = beanManager;
  }

  List<String> problems() {
    return problems;
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

  private static Stream<Method> methods(Class<?> type) {
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
        problems.add(place + ": \"" + name + "\" is not a name (1 to 128 of A-Z a-z 0-9 . _ - $)");
        continue;
      }
      try {
        CacheDeclaration declaration =
            new CacheDeclaration(bean, method, each.getValue(), settings.cacheOverrides(name));
        check(declaration, each.getValue(), bean);
        declarations.add(declaration);
        byName.computeIfAbsent(name, key -> new ArrayList<>()).add(declaration);
      } catch (IllegalArgumentException e) {
        problems.add(place + ": " + e.getMessage());
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
        } else if (ofClass != null && at == bean && isMeantByClass(bean, method)) {
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
        && (verb.isPresent() ? isSafe(verb.get()) : !ResourceMethods.isRootResource(bean));
  }

  private static boolean isSafe(String verb) {
    return verb.equals(HttpMethod.GET) || verb.equals(HttpMethod.HEAD);
  }

  private void checkInterfaces(Class<?> bean) {
    for (Class<?> type : ResourceMethods.supertypes(bean)) {
      if (!type.isInterface()) {
        continue;
      }
      Stream.of(type.getDeclaredMethods())
          .filter(method -> isCached(method) || isEvicting(method))
          .map(
              method ->
                  (isCached(method) ? "@Cached" : "@CacheEvict")
                      + " on "
                      + type.getSimpleName()
                      + "."
                      + method.getName()
                      + ": has no effect on an interface; annotate the class that implements it")
          .filter(problem -> !problems.contains(problem))
          .forEach(problems::add);
      if (type.isAnnotationPresent(Cached.class)) {
        String problem =
            "@Cached on "
                + type.getSimpleName()
                + ": has no effect on an interface; annotate the class";
        if (!problems.contains(problem)) {
          problems.add(problem);
        }
      }
    }
  }

  private void check(CacheDeclaration declaration, Cached cached, Class<?> bean) {
    BiConsumer<Boolean, String> require =
        (holds, problem) -> {
          if (!holds) {
            problems.add(declaration + ": " + problem);
          }
        };
    CacheDeclaration.Terms terms = declaration.terms();
    require.accept(
        declaration.isInterceptable(), "a private, static or final method cannot be intercepted");
    checkSeconds(require, "expire", terms.expire().toSeconds(), 1);
    checkSeconds(require, "staleWhileRevalidate", terms.staleWhileRevalidate().toSeconds(), 0);
    checkSeconds(require, "staleIfError", terms.staleIfError().toSeconds(), 0);
    checkSeconds(require, "negativeExpire", terms.negativeExpire().toSeconds(), 0);
    Class<?> returned = declaration.method().getReturnType();
    require.accept(
        returned != void.class,
        "the method returns nothing to cache; with @Suspended return a CompletionStage instead");
    require.accept(
        !declaration.isAsync() || STAGES.contains(returned),
        returned.getSimpleName() + " is returned (expected CompletionStage or CompletableFuture)");
    for (String field : cached.vary()) {
      require.accept(
          FIELD_NAME.matcher(field).matches() && !field.equals("*"),
          "vary \"" + field + "\" is not the name of a request header field");
    }
    checkTags(require, declaration.tagTemplates(), declaration.arguments());
    checkKey(require, declaration);
    if (declaration.isResource()) {
      checkResource(require, declaration, bean);
    } else {
      checkValue(require, declaration);
    }
    checkAgreement(require, declaration);
  }

  private static void checkSeconds(
      BiConsumer<Boolean, String> require, String member, long seconds, int least) {
    require.accept(
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

  private static void checkTags(
      BiConsumer<Boolean, String> require, List<TagTemplate> tags, Arguments arguments) {
    for (TagTemplate tag : tags) {
      require.accept(!tag.text().isBlank(), "a tag is empty");
      for (String name : tag.unknown(arguments)) {
        require.accept(
            false, "tag \"" + tag.text() + "\" names {" + name + "}, which no parameter is called");
      }
    }
  }

  private void checkKey(BiConsumer<Boolean, String> require, CacheDeclaration declaration) {
    Arguments arguments = declaration.arguments();
    if (declaration.hasKeyProvider()) {
      require.accept(
          !beanManager.getBeans(declaration.keyProvider(), Any.Literal.INSTANCE).isEmpty(),
          declaration.keyProvider().getSimpleName() + " is not a CDI bean; give it a scope");
      return;
    }
    for (String part : arguments.unholdable()) {
      require.accept(
          false,
          "a key cannot hold \""
              + part
              + "\"; mark other parameters with @CacheKey or name a key provider");
    }
    require.accept(
        arguments.isExplicit() || !arguments.isRequestBound(),
        "a @Context parameter brings in what is not in the key; mark parameters with @CacheKey or name a key provider");
  }

  private static void checkResource(
      BiConsumer<Boolean, String> require, CacheDeclaration declaration, Class<?> bean) {
    Method annotated = ResourceMethods.annotated(bean, declaration.method());
    String verb = ResourceMethods.verb(annotated).orElseThrow();
    require.accept(isSafe(verb), verb + " is not cacheable (expected GET or HEAD)");
    require.accept(
        ResourceMethods.isRootResource(bean),
        "the class has no @Path, so requests that a locator passes on would not be seen");
    if (declaration.hasKeyProvider() || declaration.arguments().isExplicit()) {
      return;
    }
    pathVariables(bean, annotated)
        .filter(name -> !declaration.arguments().pathVariables().contains(name))
        .forEach(
            name ->
                require.accept(
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

  private static void checkValue(
      BiConsumer<Boolean, String> require, CacheDeclaration declaration) {
    require.accept(
        declaration.terms().audience() != Audience.PRINCIPAL,
        "audience PRINCIPAL is for resource methods (expected a parameter that says whom it is for)");
    require.accept(declaration.terms().vary().isEmpty(), "vary is for resource methods only");
    require.accept(
        ValueTypes.canHold(declaration.valueType()),
        declaration.valueType().getTypeName()
            + " cannot be read back from JSON (expected concrete types, and no generic record)");
  }

  private void checkAgreement(BiConsumer<Boolean, String> require, CacheDeclaration declaration) {
    byName.getOrDefault(declaration.name(), List.of()).stream()
        .filter(other -> !other.terms().equals(declaration.terms()))
        .findFirst()
        .ifPresent(
            other ->
                require.accept(
                    false,
                    "cache \""
                        + declaration.name()
                        + "\" is declared with other members "
                        + other));
  }

  /** Checks what evicts, once all caches are known. */
  void checkEvictions(Class<?> bean) {
    Map<String, Method> byPlace = new HashMap<>();
    methods(bean)
        .filter(method -> isEvicting(method) && !method.getDeclaringClass().isInterface())
        .forEach(method -> byPlace.putIfAbsent(method.toString(), method));
    for (Method method : byPlace.values()) {
      Arguments arguments = new Arguments(bean, method);
      BiConsumer<Boolean, String> require =
          (holds, problem) -> {
            String text =
                "@CacheEvict on " + bean.getSimpleName() + "." + method.getName() + ": " + problem;
            if (!holds && !problems.contains(text)) {
              problems.add(text);
            }
          };
      int modifiers = method.getModifiers();
      require.accept(
          (modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0,
          "a private, static or final method cannot be intercepted");
      for (CacheEvict evict : method.getAnnotationsByType(CacheEvict.class)) {
        require.accept(
            !evict.cache().isEmpty() || (evict.tags().length > 0 && !evict.all()),
            "names nothing to evict (expected a cache or tags)");
        checkTags(require, Arrays.stream(evict.tags()).map(TagTemplate::new).toList(), arguments);
        if (!evict.cache().isEmpty()) {
          checkTarget(require, evict, arguments);
        }
      }
    }
  }

  private void checkTarget(
      BiConsumer<Boolean, String> require, CacheEvict evict, Arguments arguments) {
    List<CacheDeclaration> targets = byName.getOrDefault(evict.cache(), List.of());
    require.accept(!targets.isEmpty(), "there is no cache \"" + evict.cache() + "\"");
    if (evict.all()
        || targets.isEmpty()
        || targets.stream().anyMatch(CacheDeclaration::hasKeyProvider)) {
      return;
    }
    List<Type> given = arguments.keyTypes();
    require.accept(
        targets.stream()
            .anyMatch(target -> ValueTypes.areAlike(target.arguments().keyTypes(), given)),
        "the arguments "
            + ValueTypes.shown(given)
            + " are not the key "
            + ValueTypes.shown(targets.get(0).arguments().keyTypes())
            + " of cache \""
            + evict.cache()
            + "\"; mark those that are with @CacheKey");
  }
}
