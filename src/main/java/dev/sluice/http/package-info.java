/**
 * What the features share about HTTP and Jakarta REST: {@link dev.sluice.http.Problem}, the form of
 * every error response; {@link dev.sluice.http.ResourceMethods}, the rules about resource methods;
 * {@link dev.sluice.http.OuterFilters} and {@link dev.sluice.http.RequestEnd}, for servlet filters.
 */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
