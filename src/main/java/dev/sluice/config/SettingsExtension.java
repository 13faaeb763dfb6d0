package dev.sluice.config;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Reads every {@link SettingsGroup} once, when the application is deployed. Mistakes stop the
 * deployment with one message that lists all of them; unknown names are logged.
 */
public class SettingsExtension implements Extension {

  private static final System.Logger LOG = System.getLogger(Settings.class.getName());

  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Map<Class<?>, Object> groups = new LinkedHashMap<>();
  private @Nullable Settings settings;

  /** Keeps the container from creating groups itself. */
  void collect(@Observes @WithAnnotations(SettingsGroup.class) ProcessAnnotatedType<?> event) {
    if (event.getAnnotatedType().isAnnotationPresent(SettingsGroup.class)) {
      types.add(event.getAnnotatedType().getJavaClass());
      event.veto();
    }
  }

  void read(@Observes AfterBeanDiscovery discovery) {
    Settings read = new Settings(ConfigProvider.getConfig());
    settings = read;
    offer(discovery, Settings.class, read);
    for (Class<?> type : types) {
      Object group = create(type, read);
      groups.put(type, group);
      offer(discovery, type, group);
    }
    for (String name : read.unknownNames()) {
      LOG.log(Level.WARNING, "{0} is not a setting of Sluice", name);
    }
  }

  private static void offer(AfterBeanDiscovery discovery, Class<?> type, Object instance) {
    discovery.addBean().types(type).scope(Singleton.class).createWith(context -> instance);
  }

  static <T> T create(Class<T> type, Settings settings) {
    try {
      return type.getConstructor(Settings.class).newInstance(settings);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type.getName() + " cannot be read", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " needs a public constructor (Settings)", e);
    }
  }

  void report(@Observes AfterDeploymentValidation validation) {
    settings().mistakes().ifPresent(validation::addDeploymentProblem);
  }

  /**
   * Returns what other extensions read settings by name from. Available from {@code
   * AfterDeploymentValidation} on.
   */
  public Settings settings() {
    return Objects.requireNonNull(settings, "read after bean discovery");
  }

  /**
   * Returns a group for other extensions. Available from {@code AfterDeploymentValidation} on.
   * Where a setting is wrong, the group has a harmless value in its place, so that mistakes
   * elsewhere are found and reported too.
   */
  public <T> T group(Class<T> type) {
    return type.cast(Objects.requireNonNull(groups.get(type), type.getName()));
  }
}
