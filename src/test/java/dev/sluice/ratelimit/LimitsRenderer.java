package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;

/** Adds a field to every refusal, and replaces the body of one policy's. */
@ApplicationScoped
public class LimitsRenderer implements RefusalRenderer {

  @Override
  public RefusalResponse render(Decision.Refused refused, RefusalResponse standard) {
    RefusalResponse marked = standard.withHeader("X-Rendered", "true");
    boolean isOwn =
        refused.windows().stream().anyMatch(window -> window.quota().name().equals("rendered"));
    return isOwn ? marked.withBody("text/plain", "Slow down.") : marked;
  }
}
