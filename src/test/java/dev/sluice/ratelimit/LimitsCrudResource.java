package dev.sluice.ratelimit;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Path;

/** Implements the methods that a generic interface declares. */
@Path("/limits-crud")
@RequestScoped
public class LimitsCrudResource implements LimitsCrud<String> {

  @Override
  @RateLimited("2/minute")
  public String read(String id) {
    return id;
  }

  @Override
  @RateLimited("2/minute")
  public String plain() {
    return "ok";
  }
}
