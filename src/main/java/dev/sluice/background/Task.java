package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;

/**
 * What is to be done.
 *
 * @param handler the class name of its {@link TaskHandler}
 * @param payload JSON
 */
record Task(
    TaskId id, String handler, String payload, int maxAttempts, Optional<Duration> timeout) {}
