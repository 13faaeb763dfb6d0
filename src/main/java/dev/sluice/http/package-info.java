/**
 * What the features and the service share of HTTP: {@link dev.sluice.http.Problem}, the form of
 * every error.
 */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
