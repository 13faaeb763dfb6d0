/**
 * The service: its endpoints and what they need beyond the features. {@link
 * dev.sluice.service.RestApplication} finds them by scanning. Not part of the library. The
 * endpoints work without Redis.
 */
@NullMarked
package dev.sluice.service;

import org.jspecify.annotations.NullMarked;
