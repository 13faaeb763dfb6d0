package dev.sluice.ratelimit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has been decided for one request so far. A request may meet several filters: before and
 * after authentication, in a servlet, and again where it is forwarded. Each limit is charged once.
 */
final class RequestLimits {

  private static final String PROPERTY = RequestLimits.class.getName();

  private final List<QuotaPolicy> charged = new ArrayList<>(4);
  private final List<Reservation> reservations = new ArrayList<>(2);
  private final List<WindowState> windows = new ArrayList<>(4);

  /** Returns the decisions for this request; kept with it, and with what it is forwarded to. */
  static RequestLimits of(ContainerRequestContext request) {
    if (request.getProperty(PROPERTY) instanceof RequestLimits limits) {
      return limits;
    }
    RequestLimits limits = new RequestLimits();
    request.setProperty(PROPERTY, limits);
    return limits;
  }

  /** Returns the decisions for this request; shared with the resource that it reaches. */
  static RequestLimits of(HttpServletRequest request) {
    if (request.getAttribute(PROPERTY) instanceof RequestLimits limits) {
      return limits;
    }
    RequestLimits limits = new RequestLimits();
    request.setAttribute(PROPERTY, limits);
    return limits;
  }

  /** Returns the decisions for this request if it counts against a limit on concurrency. */
  static Optional<RequestLimits> running(HttpServletRequest request) {
    return request.getAttribute(PROPERTY) instanceof RequestLimits limits && limits.isRunning()
        ? Optional.of(limits)
        : Optional.empty();
  }

  private boolean isRunning() {
    for (Reservation reservation : reservations) {
      if (reservation.isRunning()) {
        return true;
      }
    }
    return false;
  }

  /** Ends what counts against limits on concurrency. */
  void end() {
    reservations.forEach(Reservation::close);
  }

  /** Leaves out the charges against limits that this request is charged to already. */
  List<Charge> uncharged(List<Charge> charges) {
    if (charged.isEmpty()) {
      return charges;
    }
    return charges.stream().filter(charge -> !charged.contains(charge.quota())).toList();
  }

  void add(List<Charge> charges, Reservation reservation) {
    for (Charge charge : charges) {
      charged.add(charge.quota());
    }
    windows.addAll(reservation.decision().windows());
    reservations.add(reservation);
  }

  /** Takes back what a response with this status does not deserve. */
  void settle(int status) {
    for (Reservation reservation : reservations) {
      for (Charge refund : reservation.settleByStatus(status)) {
        windows.replaceAll(
            window ->
                window.quota().equals(refund.quota()) ? window.refunded(refund.cost()) : window);
      }
    }
  }

  /** Returns the state of each limit that was asked, for the response's fields. */
  List<WindowState> windows() {
    return windows;
  }
}
