package dev.sluice.ratelimit;

import dev.sluice.lifecycle.Serving;
import dev.sluice.lifecycle.Starting;
import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Refused;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Decides on limits, for resource methods and for code outside requests.
 *
 * <p>It fires a {@link Decision} as a CDI event, on the same thread, when the store refuses and
 * when a client reaches the warn threshold of a limit ({@code sluice.policies.NAME.warn-at}). An
 * observer that throws is logged and changes nothing. What a shadow policy would refuse is a {@link
 * ShadowRefusal}.
 *
 * <p>A policy's name is that of {@link RateLimited#policy}, of {@code sluice.policies.NAME.limits},
 * {@code Class.method} for a method whose policy has no name, or {@code application}.
 */
@ApplicationScoped
public class RateLimiter {

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

  private final DecisionCounters counters = new DecisionCounters();
  private final Map<String, Refreshing<RateLimitDeclaration>> byPolicy = new ConcurrentHashMap<>();
  private RateLimitExtension extension;
  private RateLimitDeclarations declarations;
  private Decider decider;

  @PostConstruct
  void open() {
    extension = beans.getExtension(RateLimitExtension.class);
    declarations =
        new RateLimitDeclarations(
            settings,
            extension.named(),
            clientAddress,
            rule -> rules.select(rule).get(),
            planResolvers.isResolvable() ? Optional.of(planResolvers.get()) : Optional.empty());
    QuotaStore local = new LocalQuotaStore(new MonotonicClock(), LOCAL_WINDOWS, LOCAL_BYTES);
    QuotaStore store =
        connections
            .limits()
            .<QuotaStore>map(redis -> new RedisQuotaStore(redis, connections.keyPrefix()))
            .orElse(local);
    decider = new Decider(store, local, new RefusalCache(System::nanoTime), counters, new Events());
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

  /** Fires CDI events; that an observer fails is not the request's fault. */
  private final class Events implements Decider.Listener {

    @Override
    public void decided(Decision decision) {
      fire(events, decision);
    }

    @Override
    public void shadowed(ShadowRefusal refusal) {
      fire(shadowEvents, refusal);
    }

    private static <T> void fire(Event<T> event, T payload) {
      try {
        event.fire(payload);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "An observer of rate limit decisions failed", e);
      }
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

  RateLimitHeaders headers() {
    return new RateLimitHeaders(
        settings.xHeaders()
            ? RateLimitHeaders.Style.WITH_X_HEADERS
            : RateLimitHeaders.Style.STANDARD);
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
    if (!renderers.isResolvable()) {
      return standard;
    }
    try {
      return renderers.get().render(refused, standard);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The renderer of refusals failed", e);
      return standard;
    }
  }

  /**
   * Decides on a request, and charges it if every limit of the policy admits it. A cost above a
   * limit is always refused.
   *
   * @param cost at least 1
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public Decision decide(String policy, Client client, int cost) {
    List<Charge> charges = charges(policy, client, cost);
    return settings.enabled() ? decider.decide(charges) : new Permitted(List.of());
  }

  /**
   * Decides like {@link #decide}, for a cost that is an estimate. {@link Reservation#settle} takes
   * the real cost.
   *
   * @param cost the estimate, at least 1
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public Reservation reserve(String policy, Client client, int cost) {
    List<Charge> charges = charges(policy, client, cost);
    return settings.enabled()
        ? decider.reserve(charges)
        : Reservation.uncharged(new Permitted(List.of()));
  }

  /**
   * Charges a cost that is known only afterwards, whether it fits or not. What exceeds a limit is
   * counted only as far as the limit: the client waits one period at the most.
   *
   * @param cost at least 1
   * @return the state of each limit; empty if the store is unavailable
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public List<WindowState> charge(String policy, Client client, int cost) {
    List<Charge> charges = charges(policy, client, cost);
    return settings.enabled() ? decider.force(charges) : List.of();
  }

  /**
   * Returns the decision on a request that costs 1, and charges nothing.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public Decision peek(String policy, Client client) {
    List<Charge> charges = charges(policy, client, 1);
    return settings.enabled() ? decider.peek(charges) : new Permitted(List.of());
  }

  /**
   * Forgets what this client has used. Another node may still refuse it for up to a second.
   *
   * @throws IllegalArgumentException if there is no such policy
   * @throws IllegalStateException if the store is unavailable
   */
  public void reset(String policy, Client client) {
    decider.reset(charges(policy, client, 1));
  }

  private List<Charge> charges(String policy, Client client, int cost) {
    return declaration(policy).charges(clientAddress.canonical(client), cost);
  }

  private RateLimitDeclaration declaration(String policy) {
    return byPolicy
        .computeIfAbsent(
            policy, name -> new Refreshing<>(() -> declarations.named(name), System::nanoTime))
        .get();
  }

  /** Returns the decisions of this policy on this node since it started. */
  public RateLimitStatistics statistics(String policy) {
    return counters.statistics(policy);
  }
}
