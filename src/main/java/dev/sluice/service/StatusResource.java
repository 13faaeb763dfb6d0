package dev.sluice.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code GET /}: reports that the service runs. */
@Path("/")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StatusResource {

  /** The body of the response. */
  public record Status(String status) {}

  @GET
  public Status read() {
    return new Status("API is running");
  }
}
