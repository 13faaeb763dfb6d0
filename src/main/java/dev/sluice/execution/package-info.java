/**
 * Work beside the requests, on the container's threads: {@link
 * dev.sluice.execution.TrackedExecutor}.
 */
@NullMarked
package dev.sluice.execution;

import org.jspecify.annotations.NullMarked;
