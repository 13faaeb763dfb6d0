/**
 * Work that a request leaves behind, done after its answer. Begin with {@link
 * dev.sluice.background.BackgroundTasks}, which gathers what a request adds in its {@code
 * RequestTasks}; the {@code TaskCommitFilter} writes that to the {@code TaskStore} before the
 * response is committed, the {@code AfterResponseFilter} releases it when the response has been
 * handed to the network, and the {@code TaskRunner} runs it and settles how it ended.
 *
 * <p>When Redis is down adding fails at once with {@link
 * dev.sluice.background.TaskRejectedException} (503), or the task stays on this node where its
 * options say so; what runs goes on, and how it ended is told to Redis when it is back.
 */
@NullMarked
package dev.sluice.background;

import org.jspecify.annotations.NullMarked;
