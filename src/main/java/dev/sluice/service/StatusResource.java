package dev.sluice.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code GET /}: says that the service runs. */
@Path("/")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StatusResource {

  /** The answer's body. */
  public record Status(String status) {}

  @GET
  public Status read() {
    return new Status("API is running");
  }
}
