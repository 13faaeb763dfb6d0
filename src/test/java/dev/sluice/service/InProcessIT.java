package dev.sluice.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.Chromium;
import dev.sluice.testing.FailingResource;
import dev.sluice.testing.ServiceWar;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service without Redis; and that its OpenAPI document is true. */
class InProcessIT extends ServiceContract {

  /** Header fields that every server adds in its own way. */
  private static final Set<String> OF_HTTP =
      Set.of(
          "age",
          "cache-control",
          "connection",
          "content-encoding",
          "content-language",
          "content-length",
          "content-type",
          "date",
          "keep-alive",
          "server",
          "transfer-encoding",
          "vary",
          "x-content-type-options",
          "x-frame-options",
          "x-powered-by");

  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of("sluice.service.log-file", logFile.toString()), FailingResource.class);
  }

  @Override
  Path logFile() {
    return logFile;
  }

  @ParameterizedTest
  @CsvSource({
    "GET, Host, shop.example.org",
    "GET, X-Forwarded-For, 127.0.0.1",
    "POST, X-Requested-With, x"
  })
  void operationsApiRefusesOthersThanThisMachineAndAllActions(
      String method, String field, String value) {
    String path = method.equals("GET") ? "/sluice/api/caches" : "/sluice/api/caches/clear";
    assertIsProblem(
        request().header(field, value).request(method, path + "?cache=FailingResource.number"),
        403);
  }

  private JsonPath document() {
    return request().get("/openapi.json").then().statusCode(200).extract().jsonPath();
  }

  @Test
  void openApiDocumentListsEveryOperation() {
    Set<String> documented = new TreeSet<>();
    document()
        .<Map<String, Map<String, Object>>>get("paths")
        .forEach(
            (path, operations) ->
                operations.keySet().stream()
                    .filter(key -> !key.equals("parameters"))
                    .forEach(method -> documented.add(method + " " + path)));
    Set<String> served =
        new TreeSet<>(Set.of("get /metrics", "get /tasks/{id}", "delete /tasks/{id}"));
    Stream.of("overview", "caches", "limits", "tasks")
        .forEach(view -> served.add("get /sluice/api/" + view));
    Stream.of("caches/clear", "caches/evict-tag", "limits/reset")
        .forEach(action -> served.add("post /sluice/api/" + action));
    Stream.of("requeue", "discard", "cancel", "pause", "resume")
        .forEach(action -> served.add("post /sluice/api/tasks/" + action));
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice.service")
            .stream()
            .filter(type -> type.isAnnotatedWith(jakarta.ws.rs.Path.class))
            .filter(type -> !type.getSimpleName().equals("DocsResource")) // pages for people
            .map(JavaClass::reflect)
            .flatMap(InProcessIT::operations)
            .forEach(served::add);
    assertThat(documented).isEqualTo(served);
  }

  private static Stream<String> operations(Class<?> resource) {
    String root = resource.getAnnotation(jakarta.ws.rs.Path.class).value();
    return Stream.of(resource.getDeclaredMethods())
        .flatMap(method -> verbs(method).map(verb -> verb + " " + root + suffix(method)))
        .flatMap(
            operation ->
                operation.contains("{format:json|yaml}")
                    ? Stream.of("json", "yaml")
                        .map(format -> operation.replaceAll("\\{.*}", format))
                    : Stream.of(operation));
  }

  private static Stream<String> verbs(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(each -> each.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null)
        .map(verb -> verb.value().toLowerCase(Locale.ROOT));
  }

  private static String suffix(Method method) {
    jakarta.ws.rs.Path path = method.getAnnotation(jakarta.ws.rs.Path.class);
    return path == null ? "" : "/" + path.value();
  }

  @Test
  void everyResponseIsAsTheOpenApiDocumentSays() throws IOException {
    // An address of its own, so that this test uses up nobody's quota.
    RequestSpecification client =
        given()
            .spec(request())
            .config(
                RestAssured.config()
                    .httpClient(
                        HttpClientConfig.httpClientConfig()
                            .setParam(
                                "http.route.local-address", InetAddress.getByName("127.0.0.7"))));
    JsonPath document = document();
    Map<String, Map<String, Map<String, Object>>> paths = document.get("paths");
    Set<String> seen = new HashSet<>();
    for (String path : paths.keySet()) {
      for (String method : paths.get(path).keySet()) {
        if (!method.equals("parameters")) {
          String url = path.replace("{id}", "unknown");
          for (int i = 0; i < (path.equals("/rate-limited") ? 6 : 1); i++) {
            Response response = given().spec(client).request(method.toUpperCase(Locale.ROOT), url);
            assertDocumented(document, path, method, response);
            seen.add(path + " " + response.statusCode());
          }
          assertDocumented(
              document,
              path,
              method,
              given().spec(client).header("Accept", "a/b;q=x").request(method, url));
        }
      }
    }
    assertThat(seen).contains("/rate-limited 200", "/rate-limited 429", "/tasks/{id} 404");
  }

  private static void assertDocumented(
      JsonPath document, String path, String method, Response response) {
    String status = String.valueOf(response.statusCode());
    Map<String, Map<String, Object>> responses =
        document
            .<Map<String, Map<String, Map<String, Map<String, Map<String, Object>>>>>>get("paths")
            .get(path)
            .get(method)
            .get("responses");
    boolean isError = response.statusCode() >= 400;
    Map<String, Object> described =
        responses.get(isError && !responses.containsKey(status) ? "default" : status);
    assertThat(described).as("%s %s %s: %s", method, path, status, response.asString()).isNotNull();
    if (described.get("$ref") instanceof String reference) {
      described =
          document
              .<Map<String, Map<String, Object>>>get("components.responses")
              .get(reference.replaceFirst(".*/", ""));
    }
    assertThat(described.get("content"))
        .as("%s %s %s", method, path, status)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsKey(response.contentType().replaceFirst(";.*", ""));
    List<String> fields =
        response.headers().asList().stream()
            .map(field -> field.getName().toLowerCase(Locale.ROOT))
            .filter(name -> !OF_HTTP.contains(name))
            .toList();
    assertThat(headers(described)).as("%s %s %s", method, path, status).containsAll(fields);
  }

  @SuppressWarnings("unchecked")
  private static Set<String> headers(Map<String, Object> response) {
    return ((Map<String, Object>) response.getOrDefault("headers", Map.of()))
        .keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  @Test
  void openApiDocumentIsYamlToo() {
    Response yaml = request().get("/openapi.yaml");
    assertThat(yaml.contentType()).startsWith("application/yaml");
    assertThat(yaml.asString()).contains("openapi: 3.1.0", "/rate-limited:", "429");
  }

  @Test
  void docsPageMayRunNoInlineScriptAndLoadNothingFromElsewhere() {
    Response page = request().accept("text/html").get("/docs");
    assertThat(page.contentType()).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self';")
        .doesNotContain("unsafe", "http");
    assertThat(page.asString()).doesNotContain("http://", "https://", "onload", "<script>");
    for (String file : List.of("docs.js", "swagger-ui-bundle.js", "swagger-ui.css")) {
      request().get("/docs/" + file).then().statusCode(200);
    }
    request().get("/docs/docs.properties").then().statusCode(404);
    assertIsProblem(request().header("Host", "shop.example.org").get("/sluice/"), 403);
    assertThat(request().get("/sluice").header("Content-Security-Policy"))
        .isEqualTo(page.header("Content-Security-Policy"));
  }

  @Test
  @Tag("browser")
  void dashboardShowsWhatApiSaysInBrowser() throws Exception {
    request().get("/failing/number/4711").then().statusCode(200);
    Map<String, String> expected =
        Map.of(
            "#overview", "everything is in this process",
            "#caches", "FailingResource.number",
            "#limits", "RateLimitedResource.read",
            "#tasks", "dev.sluice.service.LogWriter");
    for (String view : expected.keySet()) {
      Chromium.Page page = Chromium.open(address("/sluice/" + view));
      assertThat(page.console()).as(view).isEmpty();
      assertThat(page.text()).as(view).contains(expected.get(view));
    }
  }

  @Test
  @Tag("browser")
  void docsPageShowsEveryOperationInBrowser() throws Exception {
    Chromium.Page page = Chromium.open(address("/docs"));
    assertThat(page.console()).isEmpty();
    assertThat(page.text()).contains("Sluice API", "/rate-limited", "Cancels a task", "/metrics");
  }
}
