package dev.sluice.background;

import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Puts the {@link TaskCommitFilter} behind each resource method. Found by service loading and not
 * by scanning, so that it is there, once, whatever the host's {@code Application} lists.
 */
public class BackgroundFeature implements DynamicFeature {

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    context.register(new TaskCommitFilter(), TaskCommitFilter.LAST);
  }
}
