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

/** The names of settings that exist, and those that a configuration contains. */
final class SettingNames {

  static final String PREFIX = "sluice.";

  /** Names without the prefix, with their defaults; "" for none. */
  private final Map<String, String> defaults = new LinkedHashMap<>();

  /** Names of the form {@code GROUP.NAME.MEMBER}, by group. */
  private final Map<String, Pattern> named = new LinkedHashMap<>();

  void add(String name, String defaultText) {
    defaults.putIfAbsent(name, defaultText);
  }

  void addNamed(String group, Set<String> members) {
    named.put(group, Pattern.compile(group + "\\.(.+)\\.(?:" + String.join("|", members) + ")"));
  }

  Map<String, String> defaults() {
    return defaults;
  }

  /** Names that start with the prefix and are no setting, most likely misspelt. */
  List<String> unknown(Config config) {
    Set<String> environment =
        defaults.keySet().stream().map(SettingNames::environmentName).collect(Collectors.toSet());
    return names(config)
        .filter(name -> name.startsWith(PREFIX) || name.startsWith("SLUICE_"))
        .filter(name -> !environment.contains(name))
        .filter(name -> !environment.contains(environmentName(withoutPrefix(name))))
        .filter(name -> named.keySet().stream().noneMatch(group -> isInEnvironment(name, group)))
        .filter(
            name ->
                named.values().stream().noneMatch(n -> n.matcher(withoutPrefix(name)).matches()))
        .sorted()
        .distinct()
        .toList();
  }

  /** The NAMEs that a group has in this configuration; environment variables hide them. */
  Set<String> namesIn(String group, Config config) {
    Pattern pattern = named.get(group);
    return pattern == null
        ? Set.of()
        : names(config)
            .filter(name -> name.startsWith(PREFIX))
            .map(name -> pattern.matcher(withoutPrefix(name)))
            .filter(Matcher::matches)
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isInEnvironment(String name, String group) {
    return name.startsWith(environmentName(group) + "_");
  }

  private static String withoutPrefix(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  private static String environmentName(String name) {
    return "SLUICE_" + name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static Stream<String> names(Config config) {
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false);
  }
}
