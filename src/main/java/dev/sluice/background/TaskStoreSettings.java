package dev.sluice.background;

import java.time.Duration;

/**
 * What a {@link TaskStore} is told once.
 *
 * @param capacity tasks in the queue at most
 * @param retention how long a done task can be found
 * @param deadRetention how long a dead task is kept, with its payload
 */
record TaskStoreSettings(
    int capacity, Duration lease, Duration retention, Duration deadRetention) {}
