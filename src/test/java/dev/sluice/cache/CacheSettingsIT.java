package dev.sluice.cache;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PayaraMicro;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same application with different settings of its cache, beside each other on one Redis. */
@Tag("payara")
class CacheSettingsIT {

  private static RedisProcess redis;
  private static PayaraMicro server;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    server =
        PayaraMicro.start(
            Map.of(),
            war("one", Map.of()),
            war("same", Map.of()),
            war("newer", Map.of("sluice.cache.version", "2")),
            war("hosts", Map.of("sluice.cache.hosts", "Shop.example, other.example:81")),
            war("off", Map.of("sluice.cache.enabled", "false")));
  }

  @AfterAll
  static void stop() {
    server.close();
    redis.close();
  }

  private static WebArchive war(String name, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("sluice.redis.url", redis.url().toString());
    WebArchive war =
        ServiceWar.with(
            all,
            CatalogResource.class,
            CatalogResource.Counted.class,
            CatalogResource.Item.class,
            CatalogResource.QUERY.class,
            CatalogResource.Question.class,
            CatalogResource.EvenAndOpen.class,
            CatalogBean.class,
            CatalogBean.Product.class,
            CatalogBean.Source.class,
            CatalogBean.Source.Node.class,
            ListedCatalog.class,
            FaultResource.class,
            FaultResource.Download.class,
            FaultResource.Fragile.class,
            FaultResource.Called.class,
            FaultProviders.Counted.class,
            FaultProviders.CountingInterceptor.class,
            FaultResource.Section.class,
            FaultProviders.class,
            FaultProviders.HostFilter.class,
            CatalogBean.Transactions.class,
            CatalogBean.Unwritable.class);
    war.delete("/WEB-INF/glassfish-web.xml"); // so that it comes up under its own name
    return ShrinkWrap.create(WebArchive.class, name + ".war").merge(war);
  }

  private static Response get(String application, String path) {
    return given().port(server.port()).get("/" + application + "/catalog/" + path);
  }

  @Test
  void findsNoEntryOfAnotherVersion() {
    String made = get("one", "items/shared").asString();
    assertThat(get("same", "items/shared").header("Cache-Status")).contains("hit");
    assertThat(get("same", "items/shared").asString()).isEqualTo(made);
    assertThat(get("newer", "items/shared").header("Cache-Status")).contains("fwd=miss; stored");
    assertThat(get("newer", "items/shared").header("Cache-Status")).contains("hit");
    assertThat(get("one", "items/shared").asString()).isEqualTo(made);
  }

  /** Providers that were found by scanning are lost in such an application. */
  @Test
  void cachesInApplicationThatListsItsClasses() {
    String first = given().port(server.port()).get("/one/listed/catalog/items/listed").asString();
    Response second = given().port(server.port()).get("/one/listed/catalog/items/listed");
    assertThat(second.asString()).isEqualTo(first);
    assertThat(second.header("Cache-Status")).contains("hit");
  }

  @Test
  void changesNothingWhenSwitchedOff() {
    Response first = get("off", "items/off");
    Response second = get("off", "items/off");
    assertThat(second.asString()).isNotEqualTo(first.asString());
    assertThat(second.headers().asList().stream().map(header -> header.getName()))
        .doesNotContain("Cache-Status", "Cache-Control", "ETag", "Age", "Vary");
    assertThat(get("off", "values/number").asString()).contains("false 2");
    assertThat(server.log()).contains("Cache switched off.");
  }

  /** A node whose cache is switched off evicts for the others. */
  @Test
  void evictsAlsoWhenSwitchedOff() {
    String before = get("one", "items/evicted").asString();
    given().port(server.port()).put("/off/catalog/items/evicted?status=204");
    assertThat(get("one", "items/evicted").asString()).isNotEqualTo(before);
  }

  @Test
  void cachesForTheConfiguredHostsOnly() {
    assertThat(statusFor("shop.example", "items/host")).contains("fwd=miss; stored");
    assertThat(statusFor("shop.EXAMPLE", "items/host")).contains("hit");
    assertThat(statusFor("other.example:81", "items/host")).contains("hit");
    assertThat(statusFor("forged.example", "items/host"))
        .isEqualTo("sluice; fwd=bypass; detail=host");
  }

  private static String statusFor(String host, String path) {
    return given()
        .port(server.port())
        .header("Host", host)
        .get("/hosts/catalog/" + path)
        .header("Cache-Status");
  }

  @DisplayName("jersey#3456: logs once that a locator's own instance is not cached")
  @Test
  void logsOnceThatAnInstanceOfALocatorIsNotCached() {
    get("one", "faults/section");
    get("one", "faults/section");
    assertThat(server.log())
        .containsOnlyOnce(
            "@Cached on Section.read caches nothing: it was called on an instance that CDI did not"
                + " create; let [FaultResource.section] return an injected instance");
  }

  @Test
  void warnsOfApplicationsThatShareAKeyPrefix() {
    assertThat(server.log())
        .contains("The applications one and same have one key prefix in Redis, sluice, and so");
  }
}
