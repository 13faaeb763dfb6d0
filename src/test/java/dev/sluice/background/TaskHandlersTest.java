package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskHandlersTest {

  private static final long MOST = 24;

  /** Carried whole. */
  public record Order(int number, List<String> items) {}

  /** Has a field that JSON does not carry. */
  public static class Counted {
    public int kept = 1;
    public transient int left = 1;
  }

  /** Has a field that is written and not read. */
  public static class Halved {
    private int total;

    public int getTotal() {
      return total;
    }
  }

  /** Has more than the type that is declared. */
  public static class Grown extends Counted {}

  private static final TaskHandlers HANDLERS =
      new TaskHandlers(
          List.of(),
          proxy(BeanManager.class),
          TaskHandlersTest.<Instance<RequestContextController>>proxy(Instance.class),
          new ForgottenTransactions(proxy(UserTransaction.class)),
          () -> policy -> new TaskThrottle.Admitted(() -> {}));

  @SuppressWarnings("unchecked")
  private static <T> T proxy(Class<?> type) {
    return (T)
        Proxy.newProxyInstance(
            TaskHandlersTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> TaskHandlersTest.class);
  }

  private static String encode(Type type, Object payload) {
    Bean<?> bean = proxy(Bean.class);
    return HANDLERS.encode(
        new HandlerDeclaration(
            bean,
            type,
            type,
            List.of("mail"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        payload,
        MOST);
  }

  @Test
  void writesWhatIsReadBackWhole() {
    assertThat(encode(String.class, "größer")).isEqualTo("\"größer\"");
    assertThat(encode(Order.class, new Order(1, List.of()))).contains("number", "items");
  }

  @Test
  void rejectsAPayloadThatJsonChangesAndNamesThePlace() {
    Counted counted = new Counted();
    counted.left = 2;
    assertThatThrownBy(() -> encode(Counted.class, counted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The payload of a mail")
        .hasMessageContaining("payload.left");
    Halved halved = new Halved();
    halved.total = 5;
    assertThatThrownBy(() -> encode(Halved.class, halved)).hasMessageContaining("payload.total");
    assertThatThrownBy(() -> encode(Counted.class, new Grown()))
        .hasMessageContaining("loses payload");
  }

  @Test
  void rejectsAPayloadThatIsTooLongInBytes() {
    assertThat(encode(String.class, "x".repeat(22))).hasSize(24);
    assertThatThrownBy(() -> encode(String.class, "x".repeat(23)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sluice.tasks.max-payload-bytes, 24: 25 bytes");
    assertThatThrownBy(() -> encode(String.class, "日".repeat(8))).hasMessageContaining("26 bytes");
  }

  @Test
  void rejectsAHandlerThatIsNoBean() {
    assertThatThrownBy(() -> HANDLERS.declaration(String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give it a scope");
  }
}
