package dev.sluice.background;

import dev.sluice.config.SettingsExtension;
import dev.sluice.redis.RedisSettings;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Gathers the handlers at deployment, and reports what is wrong with them. */
public class BackgroundExtension implements Extension {

  private final List<HandlerDeclaration> handlers = new ArrayList<>();
  private final List<ScheduleDeclaration> schedules = new ArrayList<>();
  private final List<String> mistakes = new ArrayList<>();
  private boolean injected;

  void gather(@Observes ProcessManagedBean<?> event) {
    Bean<?> bean = event.getBean();
    // A bean's types have their variables replaced, as far as they are known.
    for (Type type : bean.getTypes()) {
      if (type instanceof ParameterizedType handler && handler.getRawType() == TaskHandler.class) {
        handlers.add(HandlerDeclaration.of(bean, handler));
      }
    }
  }

  void report(@Observes AfterDeploymentValidation validation, BeanManager beans) {
    SettingsExtension settings = beans.getExtension(SettingsExtension.class);
    check(settings.group(TaskSettings.class), settings.group(RedisSettings.class));
    checkHandlers();
    readSchedules(settings.group(ScheduleSettings.class));
    mistakes.forEach(
        mistake -> validation.addDeploymentProblem(new IllegalArgumentException(mistake)));
  }

  private void checkHandlers() {
    Map<String, HandlerDeclaration> byName = new HashMap<>();
    for (HandlerDeclaration handler : handlers) {
      mistakes.addAll(handler.mistakes());
      for (String name : handler.names()) {
        HandlerDeclaration other = byName.putIfAbsent(name, handler);
        if (other != null) {
          mistakes.add(
              "TaskHandler %s: its name \"%s\" is also that of %s"
                  .formatted(
                      handler.bean().getBeanClass().getName(),
                      name,
                      other.bean().getBeanClass().getName()));
        }
      }
    }
  }

  private void readSchedules(ScheduleSettings settings) {
    Set<String> unknown = new TreeSet<>(settings.names());
    for (HandlerDeclaration handler : handlers) {
      unknown.remove(handler.name());
      try {
        ScheduleDeclaration.of(handler, settings.of(handler.name())).ifPresent(schedules::add);
      } catch (IllegalArgumentException e) {
        mistakes.add(String.valueOf(e.getMessage()));
      }
    }
    for (String name : unknown) {
      mistakes.add("sluice.schedules.%s: there is no handler of this name".formatted(name));
    }
  }

  Collection<ScheduleDeclaration> schedules() {
    return schedules;
  }

  private void check(TaskSettings tasks, RedisSettings redis) {
    Duration least = redis.timeout().multipliedBy(6);
    if (redis.tasksUrl().isPresent() && tasks.lease().compareTo(least) < 0) {
      mistakes.add(
          "sluice.tasks.lease = %s: expected at least %s, six times sluice.redis.timeout, or one slow reply ends a lease"
              .formatted(tasks.lease(), least));
    }
  }

  void noteUse(@Observes ProcessInjectionPoint<?, BackgroundTasks> point) {
    injected = true;
  }

  /** Whether the application adds background tasks to its requests. */
  boolean isUsed() {
    return injected || !handlers.isEmpty();
  }

  Collection<HandlerDeclaration> handlers() {
    return handlers;
  }
}
