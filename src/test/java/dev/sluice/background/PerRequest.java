package dev.sluice.background;

import jakarta.enterprise.context.RequestScoped;

/** Deployed by tests: counts how often it was used in one request context. */
@RequestScoped
public class PerRequest {

  private int count;

  public int count() {
    return ++count;
  }
}
