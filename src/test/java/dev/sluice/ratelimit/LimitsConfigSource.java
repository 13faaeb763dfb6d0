package dev.sluice.ratelimit;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Settings that change while the application runs. */
public class LimitsConfigSource implements ConfigSource {

  static final Map<String, String> VALUES = new ConcurrentHashMap<>();

  @Override
  public Set<String> getPropertyNames() {
    return VALUES.keySet();
  }

  @Override
  public String getValue(String name) {
    return VALUES.get(name);
  }

  @Override
  public String getName() {
    return "changing";
  }

  @Override
  public int getOrdinal() {
    return 900;
  }
}
