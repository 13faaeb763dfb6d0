package dev.sluice.ratelimit;

import dev.sluice.execution.ContainerServices;
import dev.sluice.execution.Heartbeat;
import dev.sluice.lifecycle.Serving;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.ratelimit.RateLimitHeaders.Extra;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The limits of this application: makes what decides, and hands it to filters and code. */
@ApplicationScoped
public class RateLimitRuntime {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());
  private static final int LOCAL_WINDOWS = 100_000;
  private static final long LOCAL_BYTES = 64L << 20;

  @Inject private RateLimitSettings settings;
  @Inject private RedisConnections connections;
  @Inject private ClientAddress clientAddress;
  @Inject private BeanManager beans;
  @Inject @Any private Instance<RateLimitRule> rules;
  @Inject @Any private Instance<RefusalRenderer> renderers;
  @Inject @Any private Instance<PlanResolver> planResolvers;
  @Inject private Event<Decision> events;
  @Inject private Event<ShadowRefusal> shadowEvents;

  @Inject private ContainerServices container;

  private final DecisionCounters counters = new DecisionCounters();
  private final Map<String, Refreshing<RateLimitDeclaration>> byPolicy = new ConcurrentHashMap<>();
  private RateLimitExtension extension;
  private RateLimitDeclarations declarations;
  private Optional<RefusalRenderer> renderer = Optional.empty();
  private Decider decider;
  private @Nullable Heartbeat heartbeat;

  @PostConstruct
  void open() {
    extension = beans.getExtension(RateLimitExtension.class);
    declarations =
        new RateLimitDeclarations(
            settings,
            extension.named(),
            clientAddress,
            rule -> rules.select(rule).get(),
            only(planResolvers));
    renderer = only(renderers);
    QuotaStore local = new LocalQuotaStore(new MonotonicClock(), LOCAL_WINDOWS, LOCAL_BYTES);
    QuotaStore store =
        connections
            .limits()
            .<QuotaStore>map(redis -> new RedisQuotaStore(redis, connections.keyPrefix()))
            .orElse(local);
    decider =
        new Decider(
            store,
            local,
            new RefusalCache(System::nanoTime),
            new RunningRequests(System::nanoTime, this::repeat),
            counters,
            new DecisionEvents(events, shadowEvents));
  }

  private static <T> Optional<T> only(Instance<T> beans) {
    return beans.isResolvable() ? Optional.of(beans.get()) : Optional.empty();
  }

  private synchronized void repeat(Runnable renewal) {
    heartbeat = Heartbeat.start(container.threads(), RunningRequests.RENEWAL, renewal);
  }

  synchronized void stop(@Observes @Priority(Stopping.LISTENERS) Stopping stopping) {
    if (heartbeat != null) {
      heartbeat.stop();
    }
  }

  void report(@Observes @Priority(Starting.CACHES + 1) Starting starting) {
    starting.found(Starting.number(extension.count(), "limited method"));
  }

  void check(@Observes Serving serving) {
    for (String method : extension.unconfigured()) {
      LOG.log(
          Level.ERROR,
          "No limit holds for {0}: Jakarta REST has not configured it, so either no Application has"
              + " this resource, or the lookup of features in META-INF/services is switched off",
          method);
    }
  }

  /**
   * Returns the limits of a resource method.
   *
   * @throws IllegalStateException if CDI has not shown the resource at deployment, and a
   *     declaration on it is wrong
   */
  MethodLimits limitsOf(Class<?> resource, Method method) {
    boolean isKnown = extension.isShown(resource);
    Collection<IllegalArgumentException> problems = extension.problemsOn(resource, beans);
    if (!problems.isEmpty()) {
      String all =
          problems.stream()
              .map(Throwable::getMessage)
              .collect(Collectors.joining("\n  ", "  ", ""));
      LOG.log(Level.ERROR, "The rate limits of {0} are wrong:\n{1}", resource.getName(), all);
      throw new IllegalStateException("Wrong rate limits:\n" + all);
    }
    MethodLimits limits = new MethodLimits(resource, type -> declarations.of(type, method));
    return isKnown ? limits.resolved() : limits;
  }

  /** Returns what the servlet filter is needed for by a method with these limits, if anything. */
  Optional<String> whatNeedsTheServletFilter(MethodLimits limits) {
    if (settings.enabled() && settings.servletLimits().isPresent()) {
      return Optional.of("sluice.rate-limit.servlet");
    }
    return limits.hasConcurrency(settings::hasConcurrentPlan)
        ? Optional.of("A limit on concurrency")
        : Optional.empty();
  }

  RateLimitHeaders headers() {
    Set<Extra> extras = EnumSet.noneOf(Extra.class);
    if (settings.xHeaders()) {
      extras.add(Extra.X_HEADERS);
    }
    if (settings.partitionKey()) {
      extras.add(Extra.PARTITION_KEY);
    }
    return new RateLimitHeaders(extras);
  }

  /** Whether the sender of the current request is never limited. */
  boolean isAllowed() {
    return clientAddress.isAllowed();
  }

  /** Returns the charges of a request that the servlet filter sees. */
  List<Charge> servletCharges(HttpServletRequest request) {
    return clientAddress.isAllowed(request)
        ? List.of()
        : declaration("servlet").charges(clientAddress.of(request), 1);
  }

  Reservation reserve(List<Charge> charges) {
    return decider.reserve(charges);
  }

  /** Returns the response to a refused request, as the application's renderer makes it. */
  Response render(Refused refused) {
    return rendered(refused).toResponse();
  }

  RefusalResponse rendered(Refused refused) {
    RefusalResponse standard = RefusalResponse.of(refused);
    if (renderer.isEmpty()) {
      return standard;
    }
    try {
      return renderer.get().render(refused, standard);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The renderer of refusals failed", e);
      return standard;
    }
  }

  Decider decider() {
    return decider;
  }

  /**
   * Returns what a request of this client is charged under a policy.
   *
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  List<Charge> charges(String policy, Client client, int cost) {
    return declaration(policy).charges(clientAddress.canonical(client), cost);
  }

  private RateLimitDeclaration declaration(String policy) {
    return byPolicy
        .computeIfAbsent(
            policy, name -> new Refreshing<>(() -> declarations.named(name), System::nanoTime))
        .get();
  }

  Set<String> policies() {
    Set<String> names = new TreeSet<>(counters.policies());
    names.addAll(extension.policies());
    settings.servletLimits().ifPresent(limits -> names.add("servlet"));
    return names;
  }

  RateLimitStatistics statistics() {
    return counters.statistics();
  }

  RateLimitStatistics statistics(String policy) {
    return counters.statistics(policy);
  }
}
