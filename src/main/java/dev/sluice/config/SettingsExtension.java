package dev.sluice.config;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings before anything else, so that wrong ones stop the deployment, and offers them
 * for injection.
 */
public class SettingsExtension implements Extension {

  private static final System.Logger LOG = System.getLogger(Settings.class.getName());

  private @Nullable Settings settings;

  void read(@Observes AfterBeanDiscovery discovery) {
    Config config = ConfigProvider.getConfig();
    for (String name : SettingNames.unknown(config)) {
      LOG.log(Level.WARNING, "{0} is not a setting of Sluice; see the table in its README", name);
    }
    settings = Settings.from(config);
    // Added even when they are wrong: an unsatisfied injection would be reported instead of the
    // reason.
    discovery
        .<Settings>addBean()
        .types(Settings.class)
        .scope(Singleton.class)
        .createWith(context -> settings());
  }

  void report(@Observes AfterDeploymentValidation validation) {
    settings().mistakes().ifPresent(validation::addDeploymentProblem);
  }

  /**
   * What the deployment runs with, for other extensions once all beans are known. Where settings
   * are wrong something harmless stands in their place, so that others' mistakes are reported too.
   */
  public Settings settings() {
    return Objects.requireNonNull(settings, "read after bean discovery");
  }
}
