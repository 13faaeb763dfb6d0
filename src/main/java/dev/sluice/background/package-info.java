/**
 * Tasks that requests leave behind, run after their response. Begin with {@link
 * dev.sluice.background.BackgroundTasks}, which gathers what a request adds in its {@code
 * RequestTasks}. A task passes through three forms:
 *
 * <ul>
 *   <li>a {@code Submission}, until the {@code TaskCommitFilter} writes it to the {@code
 *       TaskStore}, before the response is committed;
 *   <li>a {@code Lease} while a node holds it: the {@code AfterResponseFilter} releases it when the
 *       response has been handed to the network, or a {@code Claimer} takes it from the store, and
 *       the {@code AttemptRunner} runs it;
 *   <li>a {@code Completion}, until the {@code CompletionReporter} has told the store how it ended.
 * </ul>
 *
 * <p>A {@code Scheduler} adds the tasks of handlers that are {@link
 * dev.sluice.background.Recurring}.
 *
 * <p>When Redis is down adding fails at once with {@link
 * dev.sluice.background.TaskRejectedException} (503), or the task stays on this node where its
 * options say so; what runs goes on, and its completion is told to Redis when it is back. A tick of
 * a schedule is made when Redis is back.
 */
@NullMarked
package dev.sluice.background;

import org.jspecify.annotations.NullMarked;
