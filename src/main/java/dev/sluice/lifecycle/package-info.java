/**
 * Start and stop, in order. {@link dev.sluice.lifecycle.SluiceLifecycle} is called by the container
 * and fires {@link dev.sluice.lifecycle.Starting} and {@link dev.sluice.lifecycle.Stopping}; the
 * features observe them by priority.
 */
@NullMarked
package dev.sluice.lifecycle;

import org.jspecify.annotations.NullMarked;
