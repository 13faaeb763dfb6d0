package dev.sluice.execution;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * The services of the Jakarta EE container that Sluice uses. They are looked up and not injected:
 * beside an {@code <absolute-ordering/>} in web.xml GlassFish and Payara Server inject no {@code
 * Resource} into the beans of a library.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // set by lookUp
public class ContainerServices {

  private String applicationName;
  private ManagedThreadFactory threads;
  private ManagedExecutorService executor;
  private ContextService contexts;
  private TransactionSynchronizationRegistry transactions;

  /** CDI's own: that of the naming context is another on Open Liberty, where an EJB looks it up. */
  @Inject private UserTransaction userTransaction;

  @PostConstruct
  void lookUp() {
    applicationName = lookUp("java:app/AppName", String.class);
    threads = lookUp("java:comp/DefaultManagedThreadFactory", ManagedThreadFactory.class);
    executor = lookUp("java:comp/DefaultManagedExecutorService", ManagedExecutorService.class);
    contexts = lookUp("java:comp/DefaultContextService", ContextService.class);
    transactions =
        lookUp(
            "java:comp/TransactionSynchronizationRegistry",
            TransactionSynchronizationRegistry.class);
  }

  @SuppressWarnings("BanJNDI") // constant names of the server's own objects
  private static <T> T lookUp(String name, Class<T> type) {
    try {
      return type.cast(InitialContext.doLookup(name));
    } catch (NamingException e) {
      throw new IllegalStateException("Sluice needs a full Jakarta EE server: no " + name, e);
    }
  }

  /** The name of the application: that of its archive, unless its descriptor has another. */
  public String applicationName() {
    return applicationName;
  }

  /** Makes threads with the context of the caller. */
  public ManagedThreadFactory threads() {
    return threads;
  }

  /** Runs work on the server's own threads. */
  public ManagedExecutorService executor() {
    return executor;
  }

  /** Carries the context of one thread to another. */
  public ContextService contexts() {
    return contexts;
  }

  /** Tells the status of the current transaction, and when it ends. */
  public TransactionSynchronizationRegistry transactions() {
    return transactions;
  }

  /** Ends a transaction that a task has left open. */
  public UserTransaction userTransaction() {
    return userTransaction;
  }
}
