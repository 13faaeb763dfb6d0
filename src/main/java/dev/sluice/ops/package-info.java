/**
 * Operations: what a running application says of itself. {@link dev.sluice.ops.Health} knows
 * whether it lives, has started and is ready; where the server has MicroProfile Health, {@link
 * dev.sluice.ops.LivenessCheck}, {@link dev.sluice.ops.StartupCheck} and {@link
 * dev.sluice.ops.ReadinessCheck} tell its endpoint, and elsewhere the service responds itself. It
 * reads the features and Redis; none of them knows it. {@link dev.sluice.ops.Metrics} are their
 * statistics under names, for two outlets; {@link dev.sluice.ops.OpsApi} shows the same as JSON,
 * and acts.
 *
 * <p>While Redis is down an application is still ready, since every feature has its own way through
 * an outage; the state of Redis is data of the check.
 */
@NullMarked
package dev.sluice.ops;

import org.jspecify.annotations.NullMarked;
