package dev.sluice.background;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.util.EnumSet;

/**
 * Puts the {@link AfterResponseFilter} around everything; an annotation could not say "outermost".
 */
@WebListener
public class AfterResponseListener implements ServletContextListener {

  @Override
  public void contextInitialized(ServletContextEvent event) {
    FilterRegistration.Dynamic filter =
        event
            .getServletContext()
            .addFilter(AfterResponseFilter.class.getName(), new AfterResponseFilter());
    if (filter != null) { // else it is there already
      filter.setAsyncSupported(true);
      filter.addMappingForUrlPatterns(
          EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
    }
  }
}
