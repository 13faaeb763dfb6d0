package dev.sluice.background;

import jakarta.enterprise.inject.spi.Bean;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A {@link TaskHandler} of the deployment.
 *
 * @param bean its CDI bean
 * @param type its type as a {@code TaskHandler<P>}
 * @param payload P
 * @param names the name of new tasks, then its aliases
 */
record HandlerDeclaration(
    Bean<?> bean,
    Type type,
    Type payload,
    List<String> names,
    Optional<TaskRetry> retry,
    Optional<Recurring> recurring,
    Optional<Throttled> throttled) {

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._$-]{1,200}");
  private static final int YEAR_SECONDS = 31_536_000;

  static HandlerDeclaration of(Bean<?> bean, ParameterizedType type) {
    Class<?> handler = bean.getBeanClass();
    List<String> names = new ArrayList<>();
    TaskName name = handler.getAnnotation(TaskName.class);
    if (name == null) {
      names.add(handler.getName());
    } else {
      names.add(name.value());
      names.addAll(Arrays.asList(name.aliases()));
    }
    return new HandlerDeclaration(
        bean,
        type,
        type.getActualTypeArguments()[0],
        names,
        Optional.ofNullable(handler.getAnnotation(TaskRetry.class)),
        Optional.ofNullable(handler.getAnnotation(Recurring.class)),
        Optional.ofNullable(handler.getAnnotation(Throttled.class)));
  }

  String name() {
    return names.get(0);
  }

  Optional<Integer> maxAttempts() {
    return retry.map(TaskRetry::maxAttempts).filter(attempts -> attempts > 0);
  }

  RetryPolicy retryPolicy() {
    return retry
        .map(
            each ->
                new RetryPolicy(
                    new RetrySchedule(
                        Duration.ofSeconds(each.delay()), Duration.ofSeconds(each.maxDelay())),
                    List.of(each.abortOn())))
        .orElseGet(() -> new RetryPolicy(RetrySchedule.standard(), List.of()));
  }

  /** What is wrong with it, each with rule, value and place. */
  List<String> mistakes() {
    List<String> mistakes = new ArrayList<>();
    String handler = bean.getBeanClass().getName();
    if (payload instanceof TypeVariable || payload instanceof WildcardType) {
      mistakes.add(
          "TaskHandler %s: the type of its payload, \"%s\", is not known (expected a type, as in TaskHandler<Order>)"
              .formatted(handler, payload.getTypeName()));
    }
    names.stream()
        .filter(name -> !NAME.matcher(name).matches())
        .forEach(
            name ->
                mistakes.add(
                    "@TaskName on %s: \"%s\" is not a name (expected 1 to 200 letters, digits, . _ $ -)"
                        .formatted(handler, name)));
    retry.ifPresent(each -> check(each, handler, mistakes));
    throttled
        .filter(each -> each.policy().isBlank())
        .ifPresent(
            each ->
                mistakes.add(
                    "@Throttled on " + handler + ": policy = \"\": expected a policy's name"));
    return mistakes;
  }

  private static void check(TaskRetry retry, String handler, List<String> mistakes) {
    String place = "@TaskRetry on " + handler + ": ";
    if (retry.maxAttempts() < 0 || retry.maxAttempts() > 1_000) {
      mistakes.add(place + "maxAttempts = " + retry.maxAttempts() + ": expected 0 to 1,000");
    }
    if (retry.delay() < 1) {
      mistakes.add(place + "delay = " + retry.delay() + ": expected 1 or more seconds");
    }
    if (retry.maxDelay() < retry.delay() || retry.maxDelay() > YEAR_SECONDS) {
      mistakes.add(
          place
              + "maxDelay = "
              + retry.maxDelay()
              + ": expected seconds from delay, "
              + retry.delay()
              + ", to 31,536,000");
    }
  }
}
