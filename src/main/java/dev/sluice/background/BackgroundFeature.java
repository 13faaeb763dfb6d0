package dev.sluice.background;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Puts the {@link TaskCommitFilter} behind each resource method. Found by service loading and not
 * by scanning, so that it is there, once, whatever the host's {@code Application} lists. Its
 * priority is nobody else's: of two services with one priority RESTEasy keeps the first.
 */
@Priority(Priorities.ENTITY_CODER + 41)
public class BackgroundFeature implements DynamicFeature {

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    context.register(new TaskCommitFilter(), TaskCommitFilter.LAST);
  }
}
