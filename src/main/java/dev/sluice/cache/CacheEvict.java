package dev.sluice.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Evicts entries after the method has returned and, in a transaction, after the transaction has
 * committed. A method that throws, or returns a {@code Response} with a status of 400 or more,
 * evicts nothing.
 *
 * <p>{@code cache} alone evicts one key in all its variants. The key is made as for {@link Cached}:
 * from {@link #key}, from the parameters marked {@link CacheKey}, or from all parameters.
 */
@Documented
@Evicting
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(CacheEvict.All.class)
public @interface CacheEvict {

  /**
   * The name of the cache to evict from. Empty, the default, where only {@link #tags} are evicted.
   * The deployment stops if no method declares this cache.
   */
  @Nonbinding
  String cache() default "";

  /** Whether every entry of {@link #cache} is evicted. The default is false: one key. */
  @Nonbinding
  boolean all() default false;

  /**
   * Tags whose entries are evicted, in whichever cache they are. {@code {id}} in a tag is the value
   * of the parameter or bound field {@code id}. The default is none. The deployment stops if a tag
   * is empty or names no parameter.
   */
  @Nonbinding
  String[] tags() default {};

  /**
   * The bean that computes the key from this method's arguments. It is needed where the cached
   * method has a key provider, often the same one. The default is none: the arguments are the key.
   * The deployment stops if the class is not a CDI bean.
   */
  @Nonbinding
  Class<? extends CacheKeyProvider> key() default CacheKeyProvider.class;

  /** Holds several of these annotations on one method. */
  @Documented
  @Evicting
  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface All {
    @Nonbinding
    CacheEvict[] value();
  }
}
