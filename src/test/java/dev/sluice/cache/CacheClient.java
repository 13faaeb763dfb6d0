package dev.sluice.cache;

import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A client of the deployed application with cached methods. */
@ArquillianTest
abstract class CacheClient {

  @ArquillianResource private URL deployed;

  /** Liberty leaves a 304 over HTTP/2 open, and this client would ask for that. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The detail of a hit: the store. */
  abstract String store();

  static WebArchive war(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("sluice.caches.overridden.expire", "7");
    all.put("sluice.caches.overridden.stale-while-revalidate", "8");
    all.put("sluice.caches.overridden.stale-if-error", "9");
    all.put("sluice.caches.overridden.negative-expire", "10");
    all.put("sluice.caches.CatalogResource.unnamed.expire", "11");
    return ServiceWar.with(
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
        CatalogBean.Transactions.class,
        CatalogBean.Unwritable.class,
        FaultResource.class,
        FaultResource.Download.class,
        FaultResource.Fragile.class,
        FaultResource.Called.class,
        FaultResource.Refreshed.class,
        FaultProviders.Counted.class,
        FaultProviders.CountingInterceptor.class,
        FaultResource.Section.class,
        FaultProviders.class,
        FaultProviders.DownloadWriter.class,
        FaultProviders.FragileWriter.class,
        FaultProviders.HostFilter.class,
        ContainerLogin.class,
        LoginFilter.class);
  }

  static boolean isResteasy() {
    return Set.of("wildfly", "liberty").contains(System.getProperty("test.server", ""));
  }

  HttpResponse<String> send(String method, String path, String... headers) {
    return sendTo(deployed.getHost(), method, path, headers);
  }

  HttpResponse<String> sendTo(String host, String method, String path, String... headers) {
    return sendTo(host, method, path, HttpRequest.BodyPublishers.noBody(), headers);
  }

  HttpResponse<String> query(String path, String json) {
    return sendTo(
        deployed.getHost(),
        "QUERY",
        path,
        HttpRequest.BodyPublishers.ofString(json),
        "Content-Type",
        "application/json");
  }

  private HttpResponse<String> sendTo(
      String host, String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create("http://" + host + ":" + deployed.getPort() + "/catalog/")
                      .resolve(path))
              .timeout(Duration.ofSeconds(20))
              .method(method, body);
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  static String header(HttpResponse<?> response, String name) {
    return String.join(", ", response.headers().allValues(name));
  }

  static String status(HttpResponse<?> response) {
    return header(response, "Cache-Status");
  }

  Map<String, Long> statistics(String cache) {
    Map<String, Long> counts = new HashMap<>();
    java.util.regex.Pattern.compile("(\\w+)=(\\d+)")
        .matcher(get("statistics/" + cache).body())
        .results()
        .forEach(match -> counts.put(match.group(1), Long.parseLong(match.group(2))));
    return counts;
  }
}
