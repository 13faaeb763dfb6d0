package dev.sluice.lifecycle;

import jakarta.enterprise.inject.spi.CDI;

/** The application's beans, for classes that CDI does not create. */
public final class ApplicationBeans {

  private ApplicationBeans() {}

  /**
   * Returns the application's bean of this type.
   *
   * @throws IllegalStateException if the application has no CDI container
   */
  public static <T> T get(Class<T> type) {
    try {
      return CDI.current().select(type).get();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "Sluice needs CDI, which this application switches off: set bean-discovery-mode in its"
              + " beans.xml to annotated",
          e);
    }
  }
}
