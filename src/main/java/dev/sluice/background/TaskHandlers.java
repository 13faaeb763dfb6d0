package dev.sluice.background;

import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbException;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The deployment's handlers, by class name: how their payloads are written and read, and called.
 */
final class TaskHandlers implements TaskInvoker {

  /** A handler's bean, its type as a {@code TaskHandler<P>}, and P. */
  record Declared(Bean<?> bean, Type type, Type payload) {}

  private final Map<String, Declared> byName;
  private final BeanManager beans;
  private final Instance<RequestContextController> requestContexts;
  private final Jsonb json = JsonbBuilder.create();

  /** Kept: to make one costs more than to use it. As many as have run at once. */
  private final Queue<RequestContextController> idleContexts = new ConcurrentLinkedQueue<>();

  TaskHandlers(
      Map<String, Declared> byName,
      BeanManager beans,
      Instance<RequestContextController> requestContexts) {
    this.byName = byName;
    this.beans = beans;
    this.requestContexts = requestContexts;
  }

  /**
   * The payload as JSON.
   *
   * @throws IllegalArgumentException if there is no such handler, or that cannot be written
   */
  String encode(Class<?> handler, Object payload) {
    Declared declared = byName.get(handler.getName());
    if (declared == null) {
      throw new IllegalArgumentException(
          handler.getName()
              + " is not a CDI bean of this deployment: give it a scope, e.g. @ApplicationScoped");
    }
    try {
      return json.toJson(payload, declared.payload());
    } catch (JsonbException e) {
      throw new IllegalArgumentException(
          "The payload of a %s, a %s, cannot be written as JSON: %s"
              .formatted(handler.getName(), declared.payload().getTypeName(), e.getMessage()),
          e);
    }
  }

  @Override
  public void invoke(Task task, TaskContext context) throws Exception {
    Declared declared = byName.get(task.handler());
    if (declared == null) {
      throw new MissingHandlerException(task.handler());
    }
    Object payload = decode(task, declared.payload());
    this.<Exception>call(() -> handle(declared, payload, context));
  }

  private Object decode(Task task, Type type) throws UnreadablePayloadException {
    try {
      return json.fromJson(task.payload(), type);
    } catch (JsonbException e) {
      throw new UnreadablePayloadException(
          "The payload of " + task.handler() + " cannot be read as a " + type.getTypeName(), e);
    }
  }

  // The deployment check has seen that the payload's type is the handler's own.
  @SuppressWarnings("unchecked")
  private void handle(Declared declared, Object payload, TaskContext context) throws Exception {
    CreationalContext<?> creation = beans.createCreationalContext(declared.bean());
    try {
      TaskHandler<Object> handler =
          (TaskHandler<Object>) beans.getReference(declared.bean(), declared.type(), creation);
      handler.handle(payload, context);
    } finally {
      creation.release();
    }
  }

  /** The same in a request context of its own. */
  Runnable inRequestContext(Runnable work) {
    return () -> this.<RuntimeException>call(work::run);
  }

  private interface Work<X extends Exception> {
    void run() throws X;
  }

  private <X extends Exception> void call(Work<X> work) throws X {
    RequestContextController context = idleContexts.poll();
    if (context == null) {
      context = requestContexts.get();
    }
    boolean activated = context.activate();
    try {
      work.run();
    } finally {
      if (activated) {
        context.deactivate();
      }
      idleContexts.add(context);
    }
  }
}
