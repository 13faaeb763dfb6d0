/**
 * The operator's settings. {@link dev.sluice.config.Settings} is the only reader of MicroProfile
 * Config; each package owns a record of its settings, marked {@link
 * dev.sluice.config.SettingsGroup}. Begin with {@link dev.sluice.config.SettingsExtension}.
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
