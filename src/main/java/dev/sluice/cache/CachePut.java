package dev.sluice.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stores what the method returns as the value of a cache, in place of what is there, after the
 * method has returned and, in a transaction, after the transaction has committed. Where the value
 * cannot be stored, or the key was evicted or put by another caller meanwhile, the entry is evicted
 * instead. A method that throws changes nothing.
 *
 * <p>The deployment stops if the method does not return the type of the cache's values, or lacks a
 * parameter that their tags name. Tags with values from the result take them from what is put.
 */
@Documented
@Putting
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CachePut {

  /**
   * The name of the cache. It has no default. The deployment stops unless exactly one method, of a
   * bean that is not a resource, declares it.
   */
  @Nonbinding
  String cache();

  /**
   * The bean that computes the key from this method's arguments. It is needed where the cached
   * method has a key provider. The default is none: the parameters marked {@link CacheKey}, or all,
   * are the key. The deployment stops if the class is not a CDI bean.
   */
  @Nonbinding
  Class<? extends CacheKeyProvider> key() default CacheKeyProvider.class;
}
