package dev.sluice.lifecycle;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.Lock;
import jakarta.ejb.LockType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/**
 * Starts and stops the service with its EJBs. Nothing that a request does goes through it. Not part
 * of the library, which must not need an EJB container.
 */
@Startup
@Singleton
@Lock(LockType.READ)
@TransactionManagement(TransactionManagementType.BEAN)
public class SluiceLifecycle {

  @Inject private ApplicationLifecycle lifecycle;

  @PostConstruct
  void start() {
    lifecycle.start();
  }

  @PreDestroy
  void stop() {
    lifecycle.stop();
  }
}
