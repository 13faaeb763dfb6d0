package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.TaskEvent.Kind;
import dev.sluice.json.CopyComparison;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** The deployment's handlers: how their payloads are written and read, and how they are called. */
final class TaskHandlers implements TaskInvoker {

  private static final System.Logger LOG = System.getLogger(TaskHandlers.class.getName());

  /** A refused task does not come back at once. */
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);

  private final Map<String, HandlerDeclaration> byClass = new HashMap<>();
  private final Map<String, HandlerDeclaration> byName = new HashMap<>();
  private final Map<String, RetryPolicy> retryPolicies = new HashMap<>();
  private final BeanManager beans;
  private final Instance<RequestContextController> requestContexts;
  private final ForgottenTransactions transactions;
  private final Supplier<TaskThrottle> throttle;
  private final Jsonb json = JsonbBuilder.create();

  /** Kept: to make one costs more than to use it. As many as have run at once. */
  private final Queue<RequestContextController> idleContexts = new ConcurrentLinkedQueue<>();

  TaskHandlers(
      Collection<HandlerDeclaration> declarations,
      BeanManager beans,
      Instance<RequestContextController> requestContexts,
      ForgottenTransactions transactions,
      Supplier<TaskThrottle> throttle) {
    for (HandlerDeclaration declaration : declarations) {
      byClass.put(declaration.bean().getBeanClass().getName(), declaration);
      RetryPolicy retries = declaration.retryPolicy();
      for (String name : declaration.names()) {
        byName.put(name, declaration);
        retryPolicies.put(name, retries);
      }
    }
    this.beans = beans;
    this.requestContexts = requestContexts;
    this.transactions = transactions;
    this.throttle = throttle;
  }

  /**
   * The declaration of a handler.
   *
   * @throws IllegalArgumentException if there is no such handler
   */
  HandlerDeclaration declaration(Class<?> handler) {
    return Optional.ofNullable(byClass.get(handler.getName()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    handler.getName()
                        + " is not a CDI bean of this deployment: give it a scope, e.g."
                        + " @ApplicationScoped"));
  }

  /**
   * The payload as JSON.
   *
   * @throws IllegalArgumentException if it cannot be written, is read back with another content, or
   *     is too long
   */
  String encode(HandlerDeclaration handler, Object payload, long maxBytes) {
    String text;
    Object copy = payload;
    try {
      text = json.toJson(payload, handler.payload());
      if (!(payload instanceof String)) {
        copy = json.fromJson(text, handler.payload());
      }
    } catch (JsonbException e) {
      throw mistake(handler, "cannot be carried by JSON: " + e.getMessage(), e);
    }
    CopyComparison.difference("payload", payload, copy)
        .ifPresent(
            place -> {
              throw mistake(
                  handler, "would reach the handler changed, since JSON loses " + place, null);
            });
    if (text.length() > maxBytes / 3 && text.getBytes(UTF_8).length > maxBytes) {
      throw mistake(
          handler,
          "is longer than sluice.tasks.max-payload-bytes, "
              + maxBytes
              + ": "
              + text.getBytes(UTF_8).length
              + " bytes",
          null);
    }
    return text;
  }

  private static IllegalArgumentException mistake(
      HandlerDeclaration handler, String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "The payload of a %s, a %s, %s"
            .formatted(handler.name(), handler.payload().getTypeName(), what),
        cause);
  }

  @Override
  public RetryPolicy retryPolicy(String handler) {
    RetryPolicy policy = retryPolicies.get(handler);
    return policy == null ? TaskInvoker.super.retryPolicy(handler) : policy;
  }

  @Override
  public void fire(TaskEvent event) {
    try {
      beans.getEvent().select(TaskEvent.class).fire(event);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "An observer of background tasks failed", e);
    }
  }

  @Override
  public Collection<String> handlers() {
    return byName.keySet();
  }

  @Override
  public void invoke(Task task, String payload, TaskContext context) throws Exception {
    HandlerDeclaration declaration = byName.get(task.handler());
    if (declaration == null) {
      throw new MissingHandlerException(task.handler());
    }
    Object value = decode(task, payload, declaration.payload());
    Optional<String> policy = declaration.throttled().map(Throttled::policy);
    if (policy.isEmpty()) {
      invoke(declaration, task, value, context);
      return;
    }
    TaskThrottle.Admission admission = throttle.get().admit(policy.get());
    if (admission instanceof TaskThrottle.Delayed delayed) {
      context.postpone(delayed.delay().isZero() ? SHORTEST_DELAY : delayed.delay());
    } else if (admission instanceof TaskThrottle.Admitted admitted) {
      try {
        invoke(declaration, task, value, context);
      } finally {
        admitted.end().run();
      }
    }
  }

  private void invoke(HandlerDeclaration handler, Task task, Object value, TaskContext context)
      throws Exception {
    fire(
        new TaskEvent(
            Kind.STARTED, task.id(), task.handler(), context.attempt(), Optional.empty()));
    this.<Exception>call(task.toString(), () -> handle(handler, value, context));
  }

  private Object decode(Task task, String payload, Type type) throws UnreadablePayloadException {
    try {
      return json.fromJson(payload, type);
    } catch (JsonbException e) {
      throw new UnreadablePayloadException(
          "The payload of " + task.handler() + " cannot be read as a " + type.getTypeName(), e);
    }
  }

  // The deployment check has seen that the payload's type is the handler's own.
  @SuppressWarnings("unchecked")
  private void handle(HandlerDeclaration declaration, Object payload, TaskContext context)
      throws Exception {
    CreationalContext<?> creation = beans.createCreationalContext(declaration.bean());
    try {
      TaskHandler<Object> handler =
          (TaskHandler<Object>)
              beans.getReference(declaration.bean(), declaration.type(), creation);
      handler.handle(payload, context);
    } finally {
      creation.release();
    }
  }

  /** The same in a request context of its own. */
  Runnable inRequestContext(Runnable work) {
    return () -> this.<RuntimeException>call("a Runnable", work::run);
  }

  private interface Work<X extends Exception> {
    void run() throws X;
  }

  private <X extends Exception> void call(String name, Work<X> work) throws X {
    RequestContextController context = idleContexts.poll();
    if (context == null) {
      context = requestContexts.get();
    }
    boolean activated = context.activate();
    try {
      work.run();
    } finally {
      transactions.rollBack(name);
      if (activated) {
        context.deactivate();
      }
      idleContexts.add(context);
    }
  }
}
