package dev.sluice.cache;

import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method.
 *
 * @param request the request that it is for; null where Jakarta REST does not call the method
 */
record MethodCall(
    Object target, List<@Nullable Object> arguments, @Nullable ContainerRequestContext request) {

  private static final @Nullable Object[] NONE = {};

  static MethodCall of(InvocationContext call) {
    return new MethodCall(call.getTarget(), Arrays.asList(parameters(call)), null);
  }

  static MethodCall of(InvocationContext call, ContainerRequestContext request) {
    return new MethodCall(call.getTarget(), Arrays.asList(parameters(call)), request);
  }

  /** The arguments of the call: none where an EJB container gives null, as Payara's does. */
  private static @Nullable Object[] parameters(InvocationContext call) {
    @Nullable Object[] parameters = call.getParameters();
    return parameters == null ? NONE : parameters;
  }
}
