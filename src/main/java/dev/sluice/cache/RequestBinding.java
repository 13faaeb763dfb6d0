package dev.sluice.cache;

import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.MatrixParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.UriInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of the request that an annotation such as {@code @QueryParam} names.
 *
 * @param reading what of the request the bound value follows from
 */
record RequestBinding(Kind kind, String name, Reading reading) {

  /** The parts of a request that Jakarta REST binds. */
  enum Kind {
    PATH,
    QUERY,
    MATRIX,
    HEADER,
    COOKIE,
    FORM
  }

  /** How much of a request is read for one part. */
  enum Reading {
    /** The values of the part. */
    NAMED_PART,

    /**
     * The path and the query as the client has sent them, for values that do not follow from the
     * decoded part: {@code @Encoded} ones, and path segments with their matrix parameters.
     */
    WHOLE_URI
  }

  /** The part that an element of this type is bound to; empty where it is bound to none. */
  static Optional<RequestBinding> of(AnnotatedElement element, Type type) {
    boolean isWhole =
        type.getTypeName().contains(PathSegment.class.getName()) || isEncoded(element);
    Reading reading = isWhole ? Reading.WHOLE_URI : Reading.NAMED_PART;
    return Arrays.stream(element.getAnnotations())
        .map(annotation -> of(annotation, reading))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<RequestBinding> of(Annotation annotation, Reading reading) {
    if (annotation instanceof PathParam param) {
      return Optional.of(new RequestBinding(Kind.PATH, param.value(), reading));
    } else if (annotation instanceof QueryParam param) {
      return Optional.of(new RequestBinding(Kind.QUERY, param.value(), reading));
    } else if (annotation instanceof MatrixParam param) {
      return Optional.of(new RequestBinding(Kind.MATRIX, param.value(), reading));
    } else if (annotation instanceof HeaderParam param) {
      return Optional.of(new RequestBinding(Kind.HEADER, param.value(), reading));
    } else if (annotation instanceof CookieParam param) {
      return Optional.of(new RequestBinding(Kind.COOKIE, param.value(), reading));
    } else if (annotation instanceof FormParam param) {
      return Optional.of(new RequestBinding(Kind.FORM, param.value(), reading));
    }
    return Optional.empty();
  }

  private static boolean isEncoded(AnnotatedElement element) {
    if (element.isAnnotationPresent(Encoded.class)) {
      return true;
    } else if (element instanceof Parameter parameter) {
      return isEncoded(parameter.getDeclaringExecutable());
    }
    return element instanceof Member member
        && member.getDeclaringClass().isAnnotationPresent(Encoded.class);
  }

  /** The request header field that the part is in. */
  Optional<String> headerField() {
    return switch (kind) {
      case HEADER -> Optional.of(name);
      case COOKIE -> Optional.of("Cookie");
      default -> Optional.empty();
    };
  }

  /** Whether {@link #read} can find it: not a form, which is in the body. */
  boolean isReadable() {
    return kind != Kind.FORM;
  }

  /**
   * Reads the part as the request has it, before Jakarta REST converts it: two requests from which
   * different values are converted have different parts.
   */
  List<@Nullable String> read(ContainerRequestContext request) {
    UriInfo uri = request.getUriInfo();
    if (reading == Reading.WHOLE_URI) {
      return Arrays.asList(uri.getRequestUri().getRawPath(), uri.getRequestUri().getRawQuery());
    }
    return switch (kind) {
      case PATH -> copy(uri.getPathParameters().get(name));
      case QUERY -> copy(uri.getQueryParameters().get(name));
      case MATRIX -> Arrays.asList(uri.getRequestUri().getRawPath()); // tells the segments apart
      case HEADER -> copy(request.getHeaders().get(name));
      case COOKIE -> read(request.getCookies().get(name));
      case FORM -> throw new IllegalArgumentException("a form is not in the key");
    };
  }

  private static List<@Nullable String> read(@Nullable Cookie cookie) {
    return cookie == null
        ? List.of()
        : Arrays.asList(cookie.getValue(), cookie.getPath(), cookie.getDomain());
  }

  private static List<@Nullable String> copy(@Nullable List<String> values) {
    return values == null ? List.of() : List.copyOf(values);
  }
}
