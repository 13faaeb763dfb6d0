package dev.sluice.ratelimit;

import jakarta.enterprise.context.RequestScoped;

/** Declares its limit where the interface declares its path. */
@RequestScoped
public class LimitsApiImplementation implements LimitsApi {

  @Override
  @RateLimited("2/minute")
  public String read() {
    return "ok";
  }
}
