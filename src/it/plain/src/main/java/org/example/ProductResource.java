package org.example;

import dev.sluice.background.BackgroundTasks;
import dev.sluice.background.TaskContext;
import dev.sluice.background.TaskHandler;
import dev.sluice.cache.CacheEvict;
import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

@Path("/products")
@ApplicationScoped
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ProductResource {

  public record Product(String name, String owner) {}

  private final Map<Long, Product> products = new ConcurrentHashMap<>();

  @Inject private BackgroundTasks tasks;

  @GET
  @Path("{id}")
  @Cached(expire = 30, tags = "product:{id}")
  @RateLimited("100/minute; 1000/hour")
  public Product read(@PathParam("id") long id) {
    return Optional.ofNullable(products.get(id)).orElseThrow(NotFoundException::new);
  }

  @PUT
  @Path("{id}")
  @CacheEvict(tags = "product:{id}")
  public void update(@PathParam("id") long id, Product product) {
    products.put(id, product);
    tasks.add(Mailer.class, product.owner());
  }

  @ApplicationScoped
  public static class Mailer implements TaskHandler<String> {

    private static final System.Logger LOG = System.getLogger("mail");

    @Override
    public void handle(String owner, TaskContext task) {
      LOG.log(Level.INFO, "Mail to {0}", owner);
    }
  }
}
