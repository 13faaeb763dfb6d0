package org.example;

import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** Caches and limits. */
@RequestScoped
public class WholeResource implements Whole {

  private static final AtomicInteger CALLS = new AtomicInteger();

  @Override
  @Cached(expire = 60)
  public String cached() {
    return "call " + CALLS.incrementAndGet();
  }

  @Override
  @RateLimited("2/minute")
  public String limited() {
    return "allowed";
  }
}
