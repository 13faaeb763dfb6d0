package dev.sluice.testing;

import dev.sluice.config.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Settings that a test gives; no other source is read. */
public final class TestSettings {

  private TestSettings() {}

  /** Names are given in full, with {@code sluice.} */
  public static Settings of(Map<String, String> values) {
    return new Settings(
        new SmallRyeConfigBuilder()
            .withSources(new PropertiesConfigSource(values, "test", 100))
            .build());
  }
}
