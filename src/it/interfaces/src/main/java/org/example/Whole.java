package org.example;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** All of Jakarta REST's annotations on the interface, which RESTEasy on WildFly alone serves. */
@Path("/whole")
@Produces(MediaType.TEXT_PLAIN)
public interface Whole {

  @GET
  @Path("cached")
  String cached();

  @GET
  @Path("limited")
  String limited();
}
