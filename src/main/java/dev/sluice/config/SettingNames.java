package dev.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** What settings there are, and which of them a configuration has. */
final class SettingNames {

  static final String PREFIX = "sluice.";
  private static final Pattern OVERRIDE =
      Pattern.compile(
          "caches\\..+\\.(expire|stale-while-revalidate|stale-if-error|negative-expire)"
              + "|policies\\..+\\.(limits|message|shadow|warn-at)");
  private static final Pattern POLICY =
      Pattern.compile("sluice\\.policies\\.(.+)\\.(?:limits|message|shadow|warn-at)");

  /** Every setting by name, with its default; "" where there is none. */
  static final Map<String, String> DEFAULTS = defaults();

  private SettingNames() {}

  private static Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("redis.url", "");
    all.put("redis.timeout", "250ms");
    all.put("redis.pool-size", "32");
    all.put("key-prefix", "sluice");
    all.put("cache.enabled", "true");
    all.put("cache.version", "");
    all.put("cache.local-max-bytes", "64MiB");
    all.put("cache.local-max-age", "60s");
    all.put("cache.max-entry-bytes", "1MiB");
    all.put("cache.max-wait", "10s");
    all.put("cache.honor-request-directives", "false");
    all.put("rate-limit.enabled", "true");
    all.put("rate-limit.default", "");
    all.put("rate-limit.application", "");
    all.put("rate-limit.on-outage", "LOCAL");
    all.put("rate-limit.x-headers", "false");
    all.put("client.trusted-proxies", "");
    all.put("client.forwarded-header", "X-Forwarded-For");
    all.put("client.ipv6-prefix", "64");
    all.put("tasks.redis.url", "");
    all.put("tasks.concurrency", "16");
    all.put("tasks.capacity", "1000");
    all.put("tasks.queue-capacity", "1000000");
    all.put("tasks.lease", "30s");
    all.put("tasks.max-attempts", "5");
    all.put("tasks.retention", "1d");
    all.put("tasks.drain", "10s");
    all.put("tasks.status-path", "");
    all.put("service.work", "2s");
    all.put("service.log-file", "log.txt");
    all.put("service.address", "");
    return all;
  }

  /** Names under {@code sluice.} that mean nothing here, misspelt ones most likely. */
  static List<String> unknown(Config config) {
    List<String> environment =
        DEFAULTS.keySet().stream().map(SettingNames::environmentName).toList();
    return names(config)
        .filter(name -> name.startsWith(PREFIX) || name.startsWith("SLUICE_"))
        .filter(name -> !environment.contains(environmentName(name.replaceFirst("^sluice\\.", ""))))
        .filter(name -> !environment.contains(name))
        .filter(name -> !name.startsWith("SLUICE_CACHES_") && !name.startsWith("SLUICE_POLICIES_"))
        .filter(name -> !OVERRIDE.matcher(name.replaceFirst("^sluice\\.", "")).matches())
        .sorted()
        .distinct()
        .toList();
  }

  /**
   * Of which policies {@code sluice.policies.NAME.*} says anything; the environment hides names.
   */
  static Set<String> policies(Config config) {
    return names(config)
        .map(POLICY::matcher)
        .filter(Matcher::matches)
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String environmentName(String name) {
    return "SLUICE_" + name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static Stream<String> names(Config config) {
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false);
  }
}
