package dev.sluice.ops;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.util.Optional;

/**
 * Settings of the operations API.
 *
 * @param path where it is; empty: there is none
 * @param role what a user's role has to be; empty: no role opens it
 * @param token what a caller has to bring as bearer token; empty: no token opens it
 */
@SettingsGroup
public record OpsSettings(Optional<String> path, Optional<String> role, Optional<String> token) {

  private static final int SHORTEST_TOKEN = 16;

  public OpsSettings(Settings read) {
    this(
        read.optional("ops.path", OpsSettings::toPath, text -> '"' + text + '"'),
        read.optional("ops.role"),
        read.optional("ops.token", OpsSettings::toToken, text -> "(hidden)"));
  }

  private static String toPath(String text) {
    if (!text.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException("expected a path such as /sluice");
    }
    return text;
  }

  private static String toToken(String text) {
    if (text.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException("expected " + SHORTEST_TOKEN + " characters or more");
    }
    return text;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "OpsSettings[path=" + path + ", role=" + role + "]";
  }
}
