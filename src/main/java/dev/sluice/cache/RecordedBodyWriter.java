package dev.sluice.cache;

import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;

/**
 * Writes the bytes that were stored for an entity in place of encoding it again. It is the last
 * writer interceptor, so that the host's filters and interceptors see the entity itself.
 */
class RecordedBodyWriter implements WriterInterceptor {

  @Override
  public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
    if (context.getProperty(CacheFilter.EXCHANGE) instanceof CacheExchange exchange
        && exchange.recorded().isPresent()
        && exchange.recorded().get().entity() == context.getEntity()) {
      context.getOutputStream().write(exchange.recorded().get().body());
    } else {
      context.proceed();
    }
  }
}
