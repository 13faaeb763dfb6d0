package dev.sluice.ratelimit;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.util.List;

/**
 * Settings of how clients are identified by address.
 *
 * @param trustedProxies addresses or CIDR ranges whose forwarded header counts
 * @param forwardedHeader {@code X-Forwarded-For} or {@code Forwarded}
 * @param ipv6Prefix leading bits of an IPv6 address that identify a client, 1 to 128
 */
@SettingsGroup
public record ClientSettings(List<String> trustedProxies, String forwardedHeader, int ipv6Prefix) {

  public ClientSettings(Settings read) {
    this(
        read.list("client.trusted-proxies"),
        read.text(
            "client.forwarded-header",
            "X-Forwarded-For",
            "(?i)X-Forwarded-For|Forwarded",
            "X-Forwarded-For or Forwarded"),
        read.integer("client.ipv6-prefix", "64", 1, 128));
  }
}
