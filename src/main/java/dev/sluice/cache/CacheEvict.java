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
 * Drops entries after the method has returned, and, where a transaction is under way, after that
 * has committed. A method that throws, or returns a {@code Response} of 400 or more, drops nothing.
 *
 * <p>{@code cache} alone drops what the arguments are the key of, in all variants; with several
 * parameters {@link CacheKey} marks those that make the key.
 */
@Documented
@Evicting
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(CacheEvict.All.class)
public @interface CacheEvict {

  /** The name of a cache. */
  @Nonbinding
  String cache() default "";

  /** Drops everything in {@link #cache}. */
  @Nonbinding
  boolean all() default false;

  /** Drops what was kept with any of these tags, parameters by name: {@code product:{id}}. */
  @Nonbinding
  String[] tags() default {};

  /** Several of them on one method. */
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
