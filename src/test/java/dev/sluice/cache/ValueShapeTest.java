package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.bind.annotation.JsonbCreator;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTransient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What declared types show to be lost on the way through JSON. */
class ValueShapeTest {

  /** A bean that JSON-B maps without loss. */
  public static class Whole {
    private String name;
    private boolean active;
    public int open;
    private transient int memo;

    public String getName() {
      return name;
    }

    public void setName(String value) {
      name = value;
    }

    public boolean isActive() {
      return active;
    }

    public void setActive(boolean value) {
      active = value;
    }

    public String getComputed() {
      return name + memo;
    }
  }

  /** A bean that a creator makes. */
  public static final class Created {
    private final String name;

    @JsonbCreator
    public Created(@JsonbProperty("name") String name) {
      this.name = name;
    }

    public String getName() {
      return name;
    }
  }

  /** A recursive record. */
  public record Node(Whole whole, List<Node> children) {}

  /** A bean whose private field has accessors of another name. */
  public static class Renamed {
    private String n;

    public String getName() {
      return n;
    }

    public void setName(String value) {
      n = value;
    }
  }

  @Test
  void acceptsBeansCreatorsRecordsAndOtherNames() {
    for (Class<?> type : List.of(Whole.class, Created.class, Node.class, Renamed.class)) {
      assertThat(ValueShape.problems(type)).as(type.getSimpleName()).isEmpty();
    }
  }

  /** No setter. */
  public static class ReadOnly {
    private String name = "x";

    public String getName() {
      return name;
    }
  }

  /** Left out. */
  public static class Partly {
    @JsonbTransient public int left;
  }

  /** State that JSON does not see. */
  public static class Secretive {
    private int secret;

    public int twice() {
      return secret * 2;
    }
  }

  /** Nothing that JSON-B could call. */
  public static class Unmakeable {
    Unmakeable(int value) {}
  }

  /** No getter. */
  public static class WriteOnly {
    private String name;

    public void setName(String value) {
      name = value;
    }

    public int length() {
      return name.length();
    }
  }

  /** Holds one that loses. */
  public record Holder(Map<String, List<ReadOnly[]>> inner) {}

  @Test
  void findsWhatIsLostWhereverItIs() {
    assertThat(ValueShape.problems(ReadOnly.class))
        .containsExactly("ReadOnly.name has no setter and no parameter of a creator");
    assertThat(ValueShape.problems(Partly.class)).containsExactly("Partly.left is @JsonbTransient");
    assertThat(ValueShape.problems(Secretive.class))
        .containsExactly("Secretive.secret has neither getter nor setter");
    assertThat(ValueShape.problems(Unmakeable.class))
        .singleElement()
        .asString()
        .contains("Unmakeable has neither a public or protected constructor");
    assertThat(ValueShape.problems(WriteOnly.class))
        .containsExactly("WriteOnly.name has no getter");
    assertThat(ValueShape.problems(Holder.class))
        .containsExactly("ReadOnly.name has no setter and no parameter of a creator");
  }
}
