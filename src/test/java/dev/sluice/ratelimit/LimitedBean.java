package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;

/** No resource: no request is routed to it. */
@ApplicationScoped
@RateLimited("5/minute")
public class LimitedBean {

  public void work() {}
}
