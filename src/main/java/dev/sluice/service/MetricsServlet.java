package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.Problem;
import dev.sluice.ops.BoundMeters;
import dev.sluice.ops.MicrometerMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/**
 * {@code GET /metrics}: the metrics of the service and of its JVM, in Prometheus's text format. A
 * servlet, since its exact path comes before the {@code /metrics/*} that Payara adds to an
 * application at the root.
 */
@WebServlet("/metrics")
public class MetricsServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final transient PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Inject private transient MicrometerMetrics metrics;

  @SuppressWarnings("NullAway.Init")
  private transient BoundMeters meters;

  @Override
  public void init() {
    meters = metrics.bind(registry);
    List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!List.of("GET", "HEAD").contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD");
      Problem.of(405, "The method is not allowed here; allowed: GET, HEAD.").sendTo(response);
      return;
    }
    meters.refresh();
    byte[] body = registry.scrape(TEXT).getBytes(UTF_8);
    response.setContentType(TEXT);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    if (request.getMethod().equals("GET")) {
      response.getOutputStream().write(body);
    }
  }
}
