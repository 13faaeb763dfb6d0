package dev.sluice.background;

/**
 * What a handler may know about the task that it is doing.
 *
 * @param attempt which attempt this is, from 1; attempts of nodes that died are counted
 * @param maxAttempts after how many the task is given up
 */
public record TaskContext(TaskId id, int attempt, int maxAttempts) {}
