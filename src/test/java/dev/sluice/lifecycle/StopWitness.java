package dev.sluice.lifecycle;

import dev.sluice.service.ServiceSettings;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import redis.clients.jedis.Jedis;

/**
 * Counts the application's connections in Redis's CLIENT LIST. After the application has stopped,
 * and before its process ends, writes the count as the last line of the log file.
 */
@Path("/connections")
@ApplicationScoped
@Produces(MediaType.TEXT_PLAIN)
public class StopWitness {

  @Inject
  @ConfigProperty(name = "sluice.redis.url")
  private URI redis;

  @Inject private ServiceSettings service;

  @GET
  public String count() {
    int count = 0;
    try (Jedis jedis = new Jedis(redis)) {
      for (String client : jedis.clientList().split("\n")) {
        count += client.contains("name=sluice") ? 1 : 0;
      }
    }
    return count + " connections";
  }

  void stopped(@Observes @Priority(Stopping.CONNECTIONS + 1) Stopping stopping) throws IOException {
    Files.writeString(service.logFile(), count() + "\n", StandardOpenOption.APPEND);
  }
}
