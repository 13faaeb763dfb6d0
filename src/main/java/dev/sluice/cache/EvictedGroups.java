package dev.sluice.cache;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The tags that methods have evicted for the current request. */
@RequestScoped
class EvictedGroups {

  private final Set<String> tags = new LinkedHashSet<>();

  void add(Collection<String> evicted) {
    tags.addAll(evicted);
  }

  /** Names the tags to other caches in the response of a successful request. */
  record Filter(EvictedGroups groups) implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (response.getStatus() < 400) {
        CacheGroups.field(groups.tags())
            .ifPresent(field -> response.getHeaders().putSingle(CacheGroups.INVALIDATION, field));
      }
    }
  }

  Set<String> tags() {
    return tags;
  }
}
