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

  static MethodCall of(InvocationContext call) {
    return new MethodCall(call.getTarget(), Arrays.asList(call.getParameters()), null);
  }

  static MethodCall of(InvocationContext call, ContainerRequestContext request) {
    return new MethodCall(call.getTarget(), Arrays.asList(call.getParameters()), request);
  }
}
