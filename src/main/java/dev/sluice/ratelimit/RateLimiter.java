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
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides on limits: for resource methods, and for code that no request reaches.
 *
 * <p>Fires a {@link Decision} as CDI event, on the same thread, when the store refuses and when a
 * client comes near a limit ({@code sluice.policies.NAME.warn-at} percent of it used). An observer
 * that throws is logged and changes nothing.
 */
@ApplicationScoped
public class RateLimiter {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());
  private static final int LOCAL_KEYS = 100_000;
  private static final long LOCAL_BYTES = 64L << 20;

  @Inject private RateLimitSettings settings;
  @Inject private RedisConnections connections;
  @Inject private ClientAddress clientAddress;
  @Inject private BeanManager beans;
  @Inject @Any private Instance<RateLimitRule> rules;
  @Inject private Event<Decision> events;

  private final DecisionCounters counts = new DecisionCounters();
  private final Map<String, RateLimitDeclaration> named = new ConcurrentHashMap<>();
  private RateLimitDeclarations declarations;
  private Decider decider;

  @PostConstruct
  void open() {
    declarations =
        new RateLimitDeclarations(
            settings,
            beans.getExtension(RateLimitExtension.class).named(),
            clientAddress,
            rule -> rules.select(rule).get());
    QuotaStore local = new LocalQuotaStore(InstantSource.system(), LOCAL_KEYS, LOCAL_BYTES);
    QuotaStore store =
        connections
            .main()
            .<QuotaStore>map(redis -> new RedisQuotaStore(redis, connections.keyPrefix()))
            .orElse(local);
    decider = new Decider(store, local, new RefusalCache(System::nanoTime), counts, this::tell);
  }

  void report(@Observes @Priority(Starting.CACHES + 1) Starting starting) {
    int count = beans.getExtension(RateLimitExtension.class).count();
    starting.found(Starting.number(count, "limited method"));
  }

  void check(@Observes Serving serving) {
    for (String method : beans.getExtension(RateLimitExtension.class).unconfigured()) {
      LOG.log(
          Level.ERROR,
          "No limit holds for {0}: Jakarta REST has not configured it, so either no Application has"
              + " this resource, or the lookup of features in META-INF/services is switched off",
          method);
    }
  }

  /** An observer that fails is not the request's fault. */
  private void tell(Decision decision) {
    try {
      events.fire(decision);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "An observer of rate limit decisions failed", e);
    }
  }

  List<RateLimitDeclaration> declarations(Class<?> resource, Method method) {
    return declarations.of(resource, method);
  }

  Decision ask(List<Charge> quotas) {
    return decider.ask(quotas);
  }

  Optional<Refused> findRefusal(List<Charge> quotas) {
    return decider.findRefusal(quotas);
  }

  /**
   * Decides on a request for so much of a policy's quota, and charges it if that is permitted. A
   * cost above a limit is always refused.
   *
   * @param policy its name, from {@link RateLimited#policy} or {@code sluice.policies.NAME.limits}
   * @param key who is asking, in the policy's terms: an address, a principal's name, a header's
   *     value
   * @param cost at least 1
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public Decision decide(String policy, String key, int cost) {
    List<Charge> quotas = quotas(policy, key, cost);
    return settings.enabled() ? decider.decide(quotas) : new Permitted(List.of());
  }

  /**
   * What a request that costs 1 would meet; charges nothing.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public Decision peek(String policy, String key) {
    List<Charge> quotas = quotas(policy, key, 1);
    return settings.enabled() ? decider.peek(quotas) : new Permitted(List.of());
  }

  /**
   * Forgets what this client has used. Another node may go on refusing for up to a second.
   *
   * @throws IllegalArgumentException if there is no such policy
   * @throws IllegalStateException if the store cannot be asked
   */
  public void reset(String policy, String key) {
    decider.reset(quotas(policy, key, 1));
  }

  private List<Charge> quotas(String policy, String key, int cost) {
    return named.computeIfAbsent(policy, declarations::named).quotas(key, cost);
  }

  /** What the policy of this name has decided on this node since the start. */
  public RateLimitStatistics statistics(String policy) {
    return counts.statistics(policy);
  }
}
