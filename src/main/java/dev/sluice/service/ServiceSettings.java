package dev.sluice.service;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the service's own resources.
 *
 * @param work how long {@code GET /cached-data} computes on a miss, up to 1 minute
 * @param logFile where {@code POST /background-task} writes
 * @param address shown at start
 */
@SettingsGroup
public record ServiceSettings(Duration work, Path logFile, Optional<String> address) {

  public ServiceSettings(Settings read) {
    this(
        read.duration("service.work", "2s", Duration.ZERO, Duration.ofMinutes(1)),
        read.path("service.log-file", "log.txt"),
        read.optional("service.address"));
  }
}
