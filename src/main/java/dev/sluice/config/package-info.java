/**
 * What an operator decides. {@link dev.sluice.config.Settings} is the only reader of MicroProfile
 * Config; begin there.
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
