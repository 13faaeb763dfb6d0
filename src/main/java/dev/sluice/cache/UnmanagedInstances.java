package dev.sluice.cache;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports cached methods that Jakarta REST calls on an instance that CDI did not create, such as
 * the {@code new Reviews()} that a locator returns: no interceptor runs, so nothing is cached.
 */
final class UnmanagedInstances {

  private static final System.Logger LOG = System.getLogger(UnmanagedInstances.class.getName());

  private final Locators locators;
  private final Set<CacheDeclaration> reported = ConcurrentHashMap.newKeySet();

  UnmanagedInstances(Locators locators) {
    this.locators = locators;
  }

  /** Logs an error, once for each method. */
  void report(CacheDeclaration declaration) {
    if (reported.add(declaration)) {
      List<Locators.Locator> of = locators.of(declaration.bean());
      LOG.log(
          Level.ERROR,
          "{0} caches nothing: it was called on an instance that CDI did not create; let {1} return"
              + " an injected instance",
          declaration,
          of.isEmpty() ? "the locator" : of);
    }
  }
}
