package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What a host application brings along. */
public final class FaultProviders {

  private FaultProviders() {}

  /** Sets fields while it writes. */
  @Provider
  @Produces("text/csv")
  public static class DownloadWriter implements MessageBodyWriter<FaultResource.Download> {

    @Override
    public boolean isWriteable(
        Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
      return type == FaultResource.Download.class;
    }

    @Override
    public void writeTo(
        FaultResource.Download download,
        Class<?> type,
        Type generic,
        Annotation[] annotations,
        MediaType mediaType,
        MultivaluedMap<String, Object> headers,
        OutputStream out)
        throws IOException {
      headers.putSingle("Content-Disposition", "attachment; filename=\"items.csv\"");
      headers.putSingle("X-Written", "yes");
      out.write(download.text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Fails with an error at the first encoding, which is the cache's. */
  @Provider
  @Produces("text/csv")
  public static class FragileWriter implements MessageBodyWriter<FaultResource.Fragile> {

    @Override
    public boolean isWriteable(
        Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
      return type == FaultResource.Fragile.class;
    }

    @Override
    public void writeTo(
        FaultResource.Fragile value,
        Class<?> type,
        Type generic,
        Annotation[] annotations,
        MediaType mediaType,
        MultivaluedMap<String, Object> headers,
        OutputStream out)
        throws IOException {
      if (value.written().compareAndSet(false, true)) {
        throw new StackOverflowError("too deep");
      }
      out.write(value.text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Counts calls outside of the cache. */
  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  public @interface Counted {}

  /** Stands before the cache's interceptor. */
  @Counted
  @Interceptor
  @Priority(1)
  public static class CountingInterceptor {

    static final AtomicInteger CALLS = new AtomicInteger();

    @AroundInvoke
    Object count(InvocationContext call) throws Exception {
      CALLS.incrementAndGet();
      return call.proceed();
    }
  }

  /** A CORS filter that knows only its own {@code Vary}, and an audit of entities. */
  @Provider
  @Priority(Priorities.HEADER_DECORATOR)
  public static class HostFilter implements ContainerRequestFilter, ContainerResponseFilter {

    static volatile CountDownLatch expected = new CountDownLatch(0);

    @Override
    public void filter(ContainerRequestContext request) {
      if (request.getMethod().equals("GET")
          && request.getUriInfo().getPath().contains("faults/herd/")) {
        expected.countDown();
      }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (request.getHeaderString("Origin") != null) {
        response.getHeaders().putSingle("Vary", "Origin");
      }
      if (response.getEntity() != null) {
        response
            .getHeaders()
            .putSingle("X-Entity", response.getEntity().getClass().getSimpleName());
      }
    }
  }
}
