package dev.sluice.cache;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PayaraMicro;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients behind an nginx with {@code proxy_cache} see. Needs nginx on the path. */
@Tag("payara")
@Tag("nginx")
class BehindNginxIT {

  private static PayaraMicro server;
  private static NginxProcess nginx;

  @BeforeAll
  static void start() {
    server = PayaraMicro.start(Map.of(), CacheClient.war(Map.of()));
    nginx = NginxProcess.before(server.port());
  }

  @AfterAll
  static void stop() {
    nginx.close();
    server.close();
  }

  private static Response get(String path) {
    return given().port(nginx.port()).get("/catalog/" + path);
  }

  @Test
  void evictionReachesClientsBehindTheProxy() {
    Response first = get("items/proxied");
    assertThat(get("items/proxied").asString()).isEqualTo(first.asString());
    given().port(nginx.port()).put("/catalog/items/proxied?status=204");
    Response changed = get("items/proxied");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.asString()).isNotEqualTo(first.asString());
  }

  @Test
  void proxyServesWhatNothingEvictsByItself() {
    Response first = get("everyone?x=proxied");
    Response second = get("everyone?x=proxied");
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(second.header("X-Proxy")).isEqualTo("HIT");
  }

  @Test
  void proxyKeepsNoResponseOfAnIdentifiedClient() {
    get("items/private");
    String known =
        given()
            .port(nginx.port())
            .header("Authorization", "Bearer a")
            .get("/catalog/items/private")
            .asString();
    assertThat(get("items/private").asString()).isNotEqualTo(known);
  }
}
