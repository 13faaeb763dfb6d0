package dev.sluice.redis;

/** What the calls to a server are for. Each use has its own connections and circuit breaker. */
enum RedisUse {
  CACHES("caches", "they keep to this node"),
  LIMITS("limits", "they follow their onOutage"),
  TASKS("tasks", "they are rejected or run here, undurable");

  private final String label;
  private final String meanwhile;

  RedisUse(String label, String meanwhile) {
    this.label = label;
    this.meanwhile = meanwhile;
  }

  String label() {
    return label;
  }

  /** What happens without Redis, for the log. */
  String meanwhile() {
    return meanwhile;
  }
}
