package dev.sluice.lifecycle;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.LimitedBean;
import dev.sluice.ratelimit.WrongLimits;
import dev.sluice.ratelimit.WrongUnscoped;
import dev.sluice.testing.PayaraMicro;
import dev.sluice.testing.ServiceWar;
import java.io.File;
import java.util.Map;
import java.util.regex.Pattern;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Several wrong archives in one server: none is deployed, and the log lists every mistake of each.
 */
@Tag("payara")
class WrongDeploymentIT {

  private static PayaraMicro server;

  @BeforeAll
  static void start() {
    server =
        PayaraMicro.start(
            Map.of(),
            named(
                "limits.war",
                ServiceWar.with(
                    Map.of(
                        "sluice.policies.outside.limits", "5/minuet",
                        "sluice.client.trusted-proxies", "10.0.0.0/33"),
                    WrongLimits.class,
                    WrongLimits.NoBean.class,
                    LimitedBean.class)),
            named("settings.war", ServiceWar.with(Map.of("sluice.redis.timeout", "soon"))),
            named(
                "all.war",
                ServiceWar.with(
                    Map.of(
                        "sluice.redis.pool-size",
                        "-1",
                        "sluice.key-prefix",
                        "a b",
                        "sluice.caches.WrongCaches.fine.expire",
                        "0",
                        "sluice.caches.WrongCaches.tags.expire",
                        "99999999"),
                    WrongResource.class,
                    WrongCaches.class,
                    WrongCaches.Shape.class,
                    WrongCaches.Circle.class,
                    WrongInterface.class)),
            withoutContextRoot(named("right.war", ServiceWar.with(Map.of()))),
            // Last: Payara initialises no application after one that fails at this point.
            ShrinkWrap.createFromZipFile(
                WebArchive.class, new File("target/hosts/it/none/target/none.war")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static WebArchive named(String name, WebArchive war) {
    return ShrinkWrap.create(WebArchive.class, name).merge(war);
  }

  /** Removes the descriptor, so that the context root is the name of the archive. */
  private static WebArchive withoutContextRoot(WebArchive war) {
    war.delete("/WEB-INF/glassfish-web.xml");
    return war;
  }

  @Test
  void refusesWrongSettings() {
    assertThat(failureThatNames("sluice.redis.timeout"))
        .contains("sluice.redis.timeout = \"soon\": expected a duration such as 2s");
  }

  @Test
  void refusesWrongSettingsAndAnnotationsTogether() {
    assertThat(failureThatNames("sluice.redis.pool-size"))
        .contains("sluice.redis.pool-size = \"-1\"")
        .contains("sluice.key-prefix = \"a b\"")
        .contains("@Cached on WrongResource.cached")
        .contains("@RateLimited on WrongResource.limited: \"5/minuet\" is not a limit");
  }

  @Test
  void refusesEveryWrongLimit() {
    String limit = " is not a limit (expected e.g. \"5/minute\"): ";
    assertThat(failureThatNames("WrongLimits.zero"))
        .contains("@RateLimited on WrongLimits.trailing: \"5/minute;\" at character 10" + limit)
        .contains("@RateLimited on WrongLimits.zero: \"0/minute\"" + limit + "the amount has to be")
        .contains("WrongLimits.overflow: \"99999999999999999999/minute\"" + limit + "the number is")
        .contains("@RateLimited on WrongLimits.unset: ${not.set.anywhere} has neither a value nor")
        .contains("@RateLimited on WrongLimits.rule: rule = NoBean.class: expected one CDI bean")
        .contains("@RateLimited on WrongLimits.notRouted: no request is routed to it")
        .contains("@RateLimited on LimitedBean: no request is routed to it")
        .contains("sluice.policies.outside.limits: \"5/minuet\"" + limit + "unknown unit")
        .contains("sluice.client.trusted-proxies: \"10.0.0.0/33\" is not a network");
  }

  /**
   * CDI does not show a resource without a scope. Jakarta REST does, so late that Payara
   * initialises no application after it: hence a server of its own.
   */
  @Test
  void refusesWrongLimitOnUnscopedResource() {
    WebArchive unscoped = named("unscoped.war", ServiceWar.with(Map.of(), WrongUnscoped.class));
    try (PayaraMicro own = PayaraMicro.start(Map.of(), withoutContextRoot(unscoped))) {
      assertThat(own.log())
          .contains("@RateLimited on WrongUnscoped.read: \"5/minit\" is not a limit")
          .contains("Startup of context /unscoped failed");
    }
  }

  @Test
  void refusesEveryWrongCacheWithPlaceAndValue() {
    assertThat(failureThatNames("sluice.redis.pool-size"))
        .contains(
            "@Cached on WrongCaches.post: POST is not cacheable (expected GET, HEAD or QUERY)",
            "@Cached on WrongCaches.never: expire = 0 is out of range (expected 1 to 31536000",
            "@Cached on WrongCaches.forever: expire = 31536001 is out of range",
            "@Cached on WrongCaches.forever: negativeExpire = -1 is out of range",
            "@Cached on WrongCaches.ofClass: a private, static or final method",
            "@Cached on WrongCaches.uri: UriInfo in parameter uri is not in the key",
            "@Cached on WrongCaches.tenant: {tenant} is in the path but not in the key",
            "@Cached on WrongCaches.tags: tag \"a:{b}\" names {b}, which no parameter is called",
            "@Cached on WrongCaches.tags: vary \"not a name\"",
            "a key cannot hold \"java.lang.Object",
            "cache \"shared\" is declared with other members",
            "cannot be read back from JSON",
            "WrongCaches$Shape cannot be read back from JSON",
            "@Cached on WrongCaches.shape: audience PRINCIPAL is for resource methods",
            "@Cached on WrongCaches.shape: negativeExpire is for resource methods",
            "@Cached on WrongCaches.secret: a private, static or final method",
            "@Cached on WrongCaches.named: \"a name\" is not a name",
            "@CacheEvict on WrongCaches.nothing: names nothing to evict",
            "@CacheEvict on WrongCaches.nowhere: there is no cache \"nowhere\"",
            "@CacheEvict on WrongCaches.many: the arguments [long, String] are not the key",
            "@Cached on WrongInterface.ofInterface: has no effect on an interface",
            "sluice.caches.WrongCaches.fine.expire = \"0\"",
            "@Cached on WrongCaches.tags: expire = 99999999 is out of range");
  }

  @Test
  void deploysCorrectArchive() {
    given().port(server.port()).basePath("/right").get("/").then().statusCode(200);
  }

  /** Returns the first exception in the server's log that contains this text. */
  private static String failureThatNames(String text) {
    return Pattern.compile("\n(?=\\[\\d{4}-)")
        .splitAsStream(server.log())
        .filter(record -> record.contains("Exception") && record.contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No failure names " + text));
  }
}
