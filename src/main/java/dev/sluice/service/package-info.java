/**
 * The service: the endpoints and what they need beyond the features, which {@link
 * dev.sluice.service.RestApplication} collects by scanning. Not part of the library.
 */
@NullMarked
package dev.sluice.service;

import org.jspecify.annotations.NullMarked;
