package dev.sluice.background;

import dev.sluice.http.OuterFilters;
import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.lifecycle.ApplicationLifecycle;
import jakarta.annotation.Priority;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * Puts the {@link TaskCommitFilter} behind each resource method. Found by service loading and not
 * by scanning, so that it is there, once, whatever the host's {@code Application} lists. Its
 * priority is nobody else's: of two services with one priority RESTEasy keeps the first.
 */
@Priority(Priorities.ENTITY_CODER + 41)
public class BackgroundFeature implements DynamicFeature {

  private @Context @Nullable ServletContext module;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    if (module != null && ApplicationBeans.get(BackgroundExtension.class).isUsed()) {
      OuterFilters.require(module, AfterResponseFilter.class, "A task of a request");
    }
    // Where servers look for no initializer nothing has started the application so far.
    ApplicationBeans.get(ApplicationLifecycle.class).start();
    String root = module == null ? "" : module.getContextPath();
    context.register(
        new TaskCommitFilter(
            ApplicationBeans.get(TaskSettings.class).statusPath().map(path -> root + path)),
        TaskCommitFilter.LAST);
  }
}
