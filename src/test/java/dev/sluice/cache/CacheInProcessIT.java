package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.net.http.HttpResponse;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caches without Redis. */
class CacheInProcessIT extends CacheContract {

  @Deployment(testable = false)
  static WebArchive service() {
    WebArchive war =
        war(Map.of())
            .addClass(InputResources.class)
            .addClasses(InputResources.class.getDeclaredClasses());
    if (isResteasy()) {
      war.deleteClass(InputResources.ConstructedBean.class);
    }
    return war;
  }

  @Test
  void givesEachValueOfAConstructorOfABeanParameterAnEntryOfItsOwn() {
    assumeFalse(isResteasy(), "RESTEasy makes no bean parameter by a constructor with parameters");
    givesEachValueOfAnInputAnEntryOfItsOwn("constructed/bean-constructor?v=%s");
  }

  @Override
  String store() {
    return "local";
  }

  /** Two requests that differ in one input, whichever way the resource gets it. */
  @DisplayName("quarkus#21789: each value of an input has an entry of its own")
  @ParameterizedTest
  @CsvSource({
    "parameter/path/%s",
    "parameter/query?v=%s",
    "parameter/number?v=%s",
    "parameter/list?v=%s",
    "parameter/converted?v=%s",
    "parameter/encoded?v=%s",
    "parameter/matrix;v=%s",
    "parameter/segment/x;m=%s",
    "parameter/header X-V",
    "parameter/cookie Cookie",
    "parameter/cookie-object Cookie",
    "parameter/uri?v=%s",
    "parameter/bean-field?field=%s",
    "parameter/bean-setter X-V",
    "parameter/bean-inherited?inherited=%s",
    "parameter/bean-nested?nested=%s",
    "resource/field?v=%s",
    "resource/field-cookie Cookie",
    "resource/field-inherited?inherited=%s",
    "resource/field-bean X-V",
    "resource/setter?set=%s",
    "located/%s/last",
    "located/first/%s",
    "located/first/last?field=%s",
    "located/first/last X-V",
    "generic/%s"
  })
  void givesEachValueOfAnInputAnEntryOfItsOwn(String input) {
    HttpResponse<String> one = withInput(input, "17");
    HttpResponse<String> other = withInput(input, "18");
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(one.body()).contains("17");
    assertThat(other.body()).contains("18").doesNotContain("17,");
    assertThat(status(one) + status(other)).doesNotContain("hit");
    assertThat(status(withInput(input, "17"))).contains("hit");
    assertThat(withInput(input, "17").body()).isEqualTo(one.body());
    assertThat(withInput(input, "18").body()).isEqualTo(other.body());
  }

  @Test
  void evictsTheKeyThatAProviderComputes() {
    String path = "../inputs/parameter/uri?v=";
    String before = get(path + "evicted").body();
    String other = get(path + "other").body();
    send("DELETE", path + "evicted");
    assertThat(get(path + "evicted").body()).isNotEqualTo(before);
    assertThat(get(path + "other").body()).isEqualTo(other);
  }

  private HttpResponse<String> withInput(String input, String value) {
    String[] parts = input.split(" ");
    String path = "../inputs/" + parts[0].formatted(value);
    if (parts.length == 1) {
      return get(path);
    }
    return get(path, parts[1], parts[1].equals("Cookie") ? "v=" + value : value);
  }

  @Test
  void namesNoTagsUnlessTheyAreToBeGroups() {
    assertThat(header(get("items/ungrouped"), "Cache-Groups")).isEmpty();
    assertThat(header(send("PUT", "items/ungrouped?status=204"), "Cache-Group-Invalidation"))
        .isEmpty();
  }

  @Test
  void ignoresDirectivesThatMakeTheMethodRun() {
    get("items/directives");
    assertThat(status(get("items/directives", "Cache-Control", "no-cache, max-age=0")))
        .contains("hit");
    assertThat(status(get("items/unstored", "Cache-Control", "no-store"))).contains("stored");
  }
}
