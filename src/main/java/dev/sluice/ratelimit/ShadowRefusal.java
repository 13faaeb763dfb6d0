package dev.sluice.ratelimit;

import java.util.List;

/**
 * A CDI event: shadow policies would have refused a request.
 *
 * @param windows the state of each of their limits that the request exceeds
 */
public record ShadowRefusal(List<WindowState> windows) {}
