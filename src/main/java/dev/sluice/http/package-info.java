/**
 * What the features share about HTTP and Jakarta REST: {@link dev.sluice.http.Problem}, the form of
 * every error response, and {@link dev.sluice.http.ResourceMethods}, the rules about resource
 * methods.
 */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
