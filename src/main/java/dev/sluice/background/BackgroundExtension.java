package dev.sluice.background;

import dev.sluice.background.TaskHandlers.Declared;
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
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers the handlers at deployment, and reports those whose payload cannot be read. */
public class BackgroundExtension implements Extension {

  private final Map<String, Declared> handlers = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private boolean injected;

  void gather(@Observes ProcessManagedBean<?> event) {
    Bean<?> bean = event.getBean();
    // A bean's types have their variables replaced, as far as they are known.
    for (Type type : bean.getTypes()) {
      if (type instanceof ParameterizedType handler && handler.getRawType() == TaskHandler.class) {
        gather(bean, handler);
      }
    }
  }

  private void gather(Bean<?> bean, ParameterizedType handler) {
    String name = bean.getBeanClass().getName();
    Type payload = handler.getActualTypeArguments()[0];
    if (payload instanceof TypeVariable || payload instanceof WildcardType) {
      mistakes.add(
          "TaskHandler %s: the type of its payload, \"%s\", is not known (expected a type, as in TaskHandler<Order>)"
              .formatted(name, payload.getTypeName()));
    }
    handlers.put(name, new Declared(bean, handler, payload));
  }

  void report(@Observes AfterDeploymentValidation validation, BeanManager beans) {
    SettingsExtension settings = beans.getExtension(SettingsExtension.class);
    check(settings.group(TaskSettings.class), settings.group(RedisSettings.class));
    mistakes.forEach(
        mistake -> validation.addDeploymentProblem(new IllegalArgumentException(mistake)));
  }

  private void check(TaskSettings tasks, RedisSettings redis) {
    Duration least = redis.timeout().multipliedBy(6);
    if (redis.tasksUrl().isPresent() && tasks.lease().compareTo(least) < 0) {
      mistakes.add(
          "sluice.tasks.lease = %s: expected at least %s, six times sluice.redis.timeout, or one slow answer ends a lease"
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

  Map<String, Declared> handlers() {
    return handlers;
  }
}
