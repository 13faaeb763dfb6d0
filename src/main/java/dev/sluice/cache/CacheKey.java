package dev.sluice.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what makes the key of a {@link Cached} or {@link CacheEvict} method. With it the key is
 * <em>explicit</em>: the developer states that the result depends on nothing else of the request.
 *
 * <ul>
 *   <li>On parameters of the method, and on fields of its resource or of a bean of parameters: only
 *       those marked make the key.
 *   <li>On the method: all its parameters and all bound inputs make the key, and objects such as
 *       {@code UriInfo} that the method could read the request from are left out of it. This is for
 *       a resource that has a {@code @Context UriInfo} field for other methods, or for links.
 * </ul>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD})
public @interface CacheKey {}
