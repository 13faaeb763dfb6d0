/**
 * Start and stop, in order. {@link dev.sluice.lifecycle.ApplicationLifecycle} fires {@link
 * dev.sluice.lifecycle.Starting} and {@link dev.sluice.lifecycle.Stopping}; the features observe
 * them by priority.
 */
@NullMarked
package dev.sluice.lifecycle;

import org.jspecify.annotations.NullMarked;
