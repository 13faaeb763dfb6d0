package dev.sluice.background;

import java.util.Set;

/**
 * What a node is asked to do.
 *
 * @param cancelled ids of held tasks that are to end
 * @param isPaused whether no task may begin
 */
record TaskSignals(Set<TaskId> cancelled, boolean isPaused) {}
