package dev.sluice.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Caches what a method returns: the complete response of a resource method for GET, HEAD or QUERY
 * (RFC 10008), or the value of any other CDI bean's method. While a fresh entry exists the method
 * does not run. On a class it applies to each method that can be cached, inherited ones too. All
 * times are in seconds; {@code sluice.caches.NAME.*} overrides them.
 *
 * <p><b>The key</b> consists of, in this order:
 *
 * <ol>
 *   <li>{@code sluice.cache.version} and the name of the cache;
 *   <li>what the bean {@link #key()} returns, where it is set; else
 *   <li>the parameters and fields marked {@link CacheKey}, where there are any; else
 *   <li>all parameters, and all that Jakarta REST binds by {@code @PathParam}, {@code @QueryParam}
 *       and the like to fields, setters and constructors of the resource, of its superclasses and
 *       of beans of parameters, and to the locators of a sub-resource.
 * </ol>
 *
 * Under one key there is an entry for each negotiated media type, for each combination of the
 * {@link #vary()} headers, and for each user where the audience is {@link Audience#PRINCIPAL}.
 *
 * <p><b>Request objects</b> such as {@code UriInfo}, {@code HttpHeaders} or {@code
 * HttpServletRequest}, in a parameter, field, setter or constructor, by {@code @Context} or
 * {@code @Inject}, stop the deployment: the method could read from them what is not in the key. An
 * explicit key (2, 3, or {@link CacheKey} on the method) allows them, and {@link
 * Audience#PRINCIPAL} allows {@code SecurityContext} and {@code Principal}. A bean that the method
 * calls, a request-scoped one for example, may read the request as well; no check can see that.
 * What such a bean reads has to be part of the key by a {@link CacheKeyProvider}.
 *
 * <p><b>Never stored</b>: exceptions; responses of 4xx (but see {@link #negativeExpire()}) and 5xx;
 * with {@code Set-Cookie}; with {@code no-store}, {@code no-cache}, {@code private} or a past
 * {@code Expires} set by the method; whose {@code Vary} names more than the key contains; streams;
 * bodies larger than {@code sluice.cache.max-entry-bytes}; and values that differ from their copy
 * read back from JSON.
 *
 * <p><b>Limits</b>: a bean's call to its own method bypasses the cache. A hit of a resource method
 * runs the request filters but neither the method nor any interceptor on it; one of another bean
 * runs no interceptor with a priority above 100, such as {@code @Transactional}. Authorisation
 * belongs into JAX-RS filters, or is {@code @RolesAllowed} on the resource, which is checked first.
 * A cached method of another bean does not know its caller: what depends on the caller has to be a
 * parameter.
 */
@InterceptorBinding
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Cached {

  /**
   * The time in seconds for which an entry is fresh: 1 to 31,536,000. It has no default. The
   * deployment stops if it is out of range.
   */
  @Nonbinding
  int expire();

  /**
   * The name of the cache, for settings, evictions and statistics: 1 to 128 letters, digits and
   * {@code . _ - $}. The default is {@code Class.method}; with the full class name where two
   * annotated classes have one simple name, and with the parameters' types, as in {@code
   * Class.method-long-String}, where overloads are cached. Methods that share a name share
   * evictions, not entries. The deployment stops if the name has other characters, or if the
   * methods of one name differ in times, audience or {@code vary}.
   */
  @Nonbinding
  String name() default "";

  /**
   * The clients that may share an entry. The default is {@link Audience#ANONYMOUS}. The deployment
   * stops for {@link Audience#PRINCIPAL} on a method that is not a resource method.
   */
  @Nonbinding
  Audience audience() default Audience.ANONYMOUS;

  /**
   * The names of request header fields, beside {@code Accept}, that the response depends on. The
   * default is none. The deployment stops if one is no field name, or if the method is not a
   * resource method.
   */
  @Nonbinding
  String[] vary() default {};

  /**
   * Tags by which {@link CacheEvict#tags} evicts the entry. {@code {id}} in a tag is the value of
   * the parameter or bound field {@code id}, as in {@code product:{id}}; {@code {result.id}} is the
   * property {@code id} of what the method returns, and {@code {result.items.id}} that of each
   * element of {@code items}: a component of a record, a getter or a public field. A null property
   * makes no tag. The default is none. The deployment stops if a tag is empty, or names no
   * parameter and no property of the declared type.
   */
  @Nonbinding
  String[] tags() default {};

  /**
   * The time in seconds, after an entry is no longer fresh, in which it is served stale while one
   * caller in the cluster revalidates it: 0, the default, to 31,536,000. That caller does not wait
   * either if the method can run in the background, on a thread of the container's executor and
   * without a request: a method of an {@code @ApplicationScoped} or {@code @Singleton} bean; a
   * resource method only if, besides, all that it takes of the request are arguments in the key, it
   * returns an entity and no {@code Response}, and neither the audience is {@link
   * Audience#PRINCIPAL}, nor {@link #vary()} or a key provider is declared, nor is access checked
   * after the filters. On a server with RESTEasy, which finds no writers outside a request, the
   * caller of a resource method waits. The deployment stops if the time is out of range.
   */
  @Nonbinding
  int staleWhileRevalidate() default 0;

  /**
   * The time in seconds, after an entry is no longer fresh, in which it is served stale if the
   * method throws or responds with 5xx: 0, the default, to 31,536,000. The deployment stops if it
   * is out of range.
   */
  @Nonbinding
  int staleIfError() default 0;

  /**
   * The time in seconds for which a 204, 404 or 410 that the method returns is fresh: 0 to
   * 31,536,000. The default, 0, stores none of them. The deployment stops if it is out of range, or
   * not 0 on a method that is not a resource method.
   */
  @Nonbinding
  int negativeExpire() default 0;

  /**
   * The time in seconds for which clients and proxies may reuse the response without asking again:
   * 0 to 31,536,000, and never longer than the entry is fresh. The default, -1, is the time for
   * which the entry is fresh; in a cache that has tags, or that a {@link CacheEvict} names, it is
   * {@code no-cache}: clients ask each time and get a 304 while nothing has changed, since an
   * eviction cannot reach them. A {@code Cache-Control} field that the method sets is sent instead.
   * The deployment stops if the time is out of range.
   */
  @Nonbinding
  int maxAge() default -1;

  /**
   * The longest time in seconds by which an entry expires earlier than declared, drawn at random,
   * so that entries stored together do not expire together: 0, the default, to less than {@link
   * #expire()}. The deployment stops if it is out of range.
   */
  @Nonbinding
  int jitter() default 0;

  /**
   * The time in seconds, before an entry is no longer fresh, in which a call that finds it has it
   * computed again in the background: 0, the default, to less than {@link #expire()}. An entry
   * without requests is not computed again, nor is one of a resource method on a server with
   * RESTEasy. The deployment stops if the time is out of range, or if the method cannot run in the
   * background, see {@link #staleWhileRevalidate()}.
   */
  @Nonbinding
  int refreshAhead() default 0;

  /**
   * Whether the response needs no filter of the application, neither of Jakarta REST nor of the
   * servlet container: a hit in this process is then served before all of them. Clients with a
   * session, a principal or {@code Authorization} take the usual way where the audience is {@link
   * Audience#ANONYMOUS}. The default is false. The deployment stops for {@link Audience#PRINCIPAL},
   * together with {@code @RateLimited}, on a method that is no resource method, and where the key
   * does not follow from the request: with a body, a key provider, a condition, or {@code
   * RolesAllowed}.
   */
  @Nonbinding
  boolean edge() default false;

  /**
   * The CDI bean that decides which calls use the cache and which results are stored. The default
   * is none: all that may be. The deployment stops if the class is not a CDI bean.
   */
  @Nonbinding
  Class<? extends CacheCondition> condition() default CacheCondition.class;

  /**
   * The CDI bean that computes the key. The default is none: the inputs are the key. The deployment
   * stops if the class is not a CDI bean.
   */
  @Nonbinding
  Class<? extends CacheKeyProvider> key() default CacheKeyProvider.class;
}
