package dev.sluice.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps what the method returns, and spares the method while it is fresh: the whole answer of a
 * resource method for GET or HEAD, the value of any other CDI bean's method. On a class it holds
 * for every such method, inherited ones too. All times are seconds; {@code sluice.caches.NAME.*}
 * overrides them.
 *
 * <p><b>The key</b> is made of, in this order:
 *
 * <ol>
 *   <li>{@code sluice.cache.version} and the name of the cache;
 *   <li>what {@link #key()} returns, where it is set; else
 *   <li>the parameters marked {@link CacheKey}, where there are any; else all parameters but those
 *       that are {@code @Context} or {@code @Suspended}, then the resource's fields bound by
 *       {@code @PathParam} and the like.
 * </ol>
 *
 * Under one key there is an entry for each media type that was negotiated over {@code @Produces},
 * each value of the {@link #vary()} headers, and each user where the audience is {@link
 * Audience#PRINCIPAL}.
 *
 * <p><b>Never kept</b>: exceptions, answers of 4xx (but see {@link #negativeExpire()}) and 5xx,
 * with {@code Set-Cookie}, with {@code no-store}, {@code no-cache}, {@code private} or a past
 * {@code Expires} set by the method, that vary by more than what is in the key, streams, and what
 * is larger than {@code sluice.cache.max-entry-bytes}.
 *
 * <p><b>Mind</b>: a call of a bean to itself passes the cache by. The interceptor stands outside
 * {@code @Transactional} and all others with a priority above 100, so that a hit skips them:
 * authorisation belongs into JAX-RS filters or {@code @RolesAllowed} on the resource. Another
 * bean's method is not asked who calls it: whom a value is for has to be a parameter.
 */
@InterceptorBinding
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Cached {

  /** How long it is fresh, 1 to 31,536,000 seconds. */
  @Nonbinding
  int expire();

  /**
   * The cache's name, 1 to 128 letters, digits and {@code . _ - $}; {@code Class.method} when
   * empty. Methods that share a name share evictions, not entries.
   */
  @Nonbinding
  String name() default "";

  /** Who may share; resource methods only. */
  @Nonbinding
  Audience audience() default Audience.ANONYMOUS;

  /** Request header fields that the answer depends on, beside {@code Accept}. */
  @Nonbinding
  String[] vary() default {};

  /** What {@link CacheEvict#tags} can name, parameters by name: {@code product:{id}}. */
  @Nonbinding
  String[] tags() default {};

  /** How long after it is not fresh the others are answered while one caller makes it anew. */
  @Nonbinding
  int staleWhileRevalidate() default 0;

  /** How long after it is not fresh it stands in when the method throws or answers 5xx. */
  @Nonbinding
  int staleIfError() default 0;

  /** How long a 204, 404 or 410 that the method returns is fresh; 0: not kept. */
  @Nonbinding
  int negativeExpire() default 0;

  /**
   * How long clients and proxies may keep the response without asking again, in seconds: 0 to
   * 31,536,000; never longer than it is fresh here. The default, -1, is the time that it is fresh;
   * in a cache that has tags, or that a {@link CacheEvict} names, it is {@code no-cache}: clients
   * ask each time and get a 304 while nothing has changed, since an eviction cannot reach them. On
   * conflict with {@code Cache-Control} set by the method the method's field is sent.
   */
  @Nonbinding
  int maxAge() default -1;

  /** The bean that makes the key; itself: the arguments do. */
  @Nonbinding
  Class<? extends CacheKeyProvider> key() default CacheKeyProvider.class;
}
