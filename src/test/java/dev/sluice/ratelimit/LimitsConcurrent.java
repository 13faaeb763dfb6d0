package dev.sluice.ratelimit;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A resource whose requests run until another request lets them end. */
@Path("/limits-concurrent")
@RequestScoped
public class LimitsConcurrent {

  private static final Semaphore ENDS = new Semaphore(0);
  private static final ConcurrentLinkedQueue<AsyncResponse> SUSPENDED =
      new ConcurrentLinkedQueue<>();

  @GET
  @Path("held")
  @RateLimited("1 concurrent; 100/minute")
  public String held() throws InterruptedException {
    return ENDS.tryAcquire(30, TimeUnit.SECONDS) ? "ended" : "nobody ended it";
  }

  @GET
  @Path("suspended")
  @RateLimited("1 concurrent; 100/minute")
  public void suspended(@Suspended AsyncResponse response) {
    SUSPENDED.add(response);
  }

  @GET
  @Path("failing")
  @RateLimited("1 concurrent; 100/minute")
  public String failing() {
    throw new IllegalStateException("It fails on purpose");
  }

  /** Lets one request end; returns whether one was running. */
  @POST
  @Path("end")
  @RateLimitExempt
  public boolean end() {
    AsyncResponse suspended = SUSPENDED.poll();
    if (suspended != null) {
      return suspended.resume("ended");
    }
    boolean isHeld = ENDS.hasQueuedThreads();
    if (isHeld) {
      ENDS.release();
    }
    return isHeld;
  }

  /** Returns whether a request is running. */
  @GET
  @Path("running")
  @RateLimitExempt
  public boolean running() {
    return ENDS.hasQueuedThreads() || !SUSPENDED.isEmpty();
  }
}
