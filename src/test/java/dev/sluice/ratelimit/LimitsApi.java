package dev.sluice.ratelimit;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A resource declared by an interface; only WildFly routes requests to it. */
@Path("/limits-api")
public interface LimitsApi {

  @GET
  String read();
}
