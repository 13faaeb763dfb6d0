package org.example;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** The API, as a client of it would see it. */
public interface Host {

  @GET
  @Path("cached")
  String cached();

  @GET
  @Path("limited")
  String limited();

  @POST
  @Path("tasks/{text}")
  String add(@PathParam("text") String text);

  @GET
  @Path("tasks")
  String notes();
}
