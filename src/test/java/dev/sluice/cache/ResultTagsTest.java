package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tags with values from the result, as the declared types show them. */
class ResultTagsTest {

  /** What a product belongs to. */
  public interface Owned {
    @Nullable String getOwner();
  }

  record Product(long id, @Nullable Product parent, List<Product> parts) {
    Product(long id) {
      this(id, null, List.of());
    }
  }

  record Page<T>(List<T> items, Optional<String> next) {}

  static class Bean implements Owned {
    public final int number = 7;

    @Override
    public @Nullable String getOwner() {
      return null;
    }

    public boolean isNew() {
      return true;
    }

    public String getBroken() {
      throw new IllegalStateException("broken");
    }

    public Object getAnything() {
      return "";
    }
  }

  @SuppressWarnings("NullAway") // only their types are looked at
  static class Source {
    public Product product(long id) {
      return null;
    }

    public Product[] array() {
      return null;
    }

    public CompletionStage<Page<? extends Product>> stage() {
      return null;
    }

    public Collection<Optional<Product>> nested() {
      return null;
    }

    public Bean bean() {
      return null;
    }

    public Map<String, Product> map() {
      return null;
    }
  }

  private static ResultTags of(String method, String... templates) {
    Class<?> type = Source.class;
    return new ResultTags(
        CacheDeclaration.valueType(
            type,
            Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals(method))
                .findFirst()
                .orElseThrow()),
        Arrays.stream(templates).map(TagTemplate::new).toList());
  }

  private static Optional<List<String>> tags(
      String method, @Nullable Object result, String... templates) throws NoSuchMethodException {
    MethodInputs inputs =
        new MethodInputs(Source.class, Source.class.getMethod("product", long.class));
    ResultTags tags = of(method, templates);
    assertThat(tags.problems()).isEmpty();
    return tags.of(inputs, new MethodCall(new Source(), List.of(5L), null), result);
  }

  @Test
  void readsPropertiesOfRecordsBeansAndFields() throws Exception {
    assertThat(tags("product", new Product(7), "product:{result.id}", "fixed", "of:{id}"))
        .contains(List.of("product:7"));
    assertThat(tags("bean", new Bean(), "{result.number}-{result.new}"))
        .contains(List.of("7-true"));
  }

  @Test
  void combinesInputsWithTheResult() throws Exception {
    assertThat(tags("product", new Product(7), "{id}:{result.id}:x")).contains(List.of("5:7:x"));
  }

  @Test
  void makesOneTagOfEachElement() throws Exception {
    Product whole = new Product(1, new Product(2), List.of(new Product(3), new Product(4)));
    assertThat(
            tags("product", whole, "p:{result.id}", "p:{result.parent.id}", "p:{result.parts.id}"))
        .contains(List.of("p:1", "p:2", "p:3", "p:4"));
    assertThat(tags("array", new Product[] {whole, whole}, "p:{result.id}"))
        .contains(List.of("p:1"));
    assertThat(
            tags(
                "stage",
                new Page<>(List.of(whole), Optional.of("n")),
                "p:{result.items.id}",
                "{result.next}"))
        .contains(List.of("p:1", "n"));
    assertThat(tags("nested", List.of(Optional.of(whole), Optional.empty()), "p:{result.id}"))
        .contains(List.of("p:1"));
  }

  @Test
  void hasNoTagOfWhatIsNull() throws Exception {
    assertThat(tags("product", null, "p:{result.id}")).contains(List.of());
    assertThat(tags("product", new Product(7), "p:{result.parent.id}")).contains(List.of());
    assertThat(tags("bean", new Bean(), "o:{result.owner}")).contains(List.of());
  }

  @Test
  void hasNoTagsWhereAGetterFailsOrThereAreTooMany() throws Exception {
    assertThat(tags("bean", new Bean(), "{result.broken}")).isEmpty();
    List<Product> many = IntStream.range(0, ResultTags.MOST).mapToObj(Product::new).toList();
    Product whole = new Product(-1, null, many);
    assertThat(tags("product", whole, "p:{result.parts.id}").orElseThrow())
        .hasSize(ResultTags.MOST);
    assertThat(tags("product", whole, "p:{result.parts.id}", "p:{result.id}")).isEmpty();
    assertThat(tags("product", whole, "p:{result.parts.id}-{result.parts.id}")).isEmpty();
  }

  @Test
  void findsWhatTheDeclaredTypeDoesNotShow() {
    assertThat(of("product", "p:{result.name}", "p:{result.parent}", "p:{result.}").problems())
        .containsExactly(
            "tag \"p:{result.name}\": " + Product.class.getName() + " has no property \"name\"",
            "tag \"p:{result.parent}\": " + Product.class.getName() + " has no text of its own",
            "tag \"p:{result.}\": " + Product.class.getName() + " has no property \"\"");
    assertThat(of("bean", "{result.anything}", "{result.class}", "{result.getOwner}").problems())
        .hasSize(3);
    assertThat(of("map", "{result.id}").problems()).hasSize(1);
  }
}
