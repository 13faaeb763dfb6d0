package dev.sluice.ratelimit;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Declares methods for resources of every type. */
public interface LimitsCrud<T> {

  @GET
  @Path("generic/{id}")
  String read(@PathParam("id") T id);

  @GET
  @Path("plain")
  String plain();
}
