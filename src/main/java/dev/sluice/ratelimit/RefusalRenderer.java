package dev.sluice.ratelimit;

/**
 * Changes the response to every refused request. A CDI bean of the application implements it; there
 * may be one. It is asked on every server and for every refusal alike, whether the store or this
 * node's memory refused. If it throws, the standard response is sent and the exception is logged.
 */
public interface RefusalRenderer {

  /**
   * Returns the response to send.
   *
   * @param refused the decision
   * @param standard the response that is sent without a renderer
   */
  RefusalResponse render(Decision.Refused refused, RefusalResponse standard);
}
