package dev.sluice.lifecycle;

import jakarta.enterprise.inject.spi.CDI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /**
   * Returns the application's bean of this type, looked up at the first call: for a servlet filter,
   * which may start before CDI.
   */
  public static <T> Supplier<T> atFirstUse(Class<T> type) {
    return new Supplier<>() {
      private volatile @Nullable T bean;

      @Override
      public T get() {
        T known = bean;
        if (known == null) {
          known = ApplicationBeans.get(type);
          bean = known;
        }
        return known;
      }
    };
  }
}
