package dev.sluice.ratelimit;

/** Is told of the decisions that an operator wants to see. */
interface DecisionListener {

  /** Receives each refusal by the store, and each decision that reaches a warn threshold. */
  void decided(Decision decision);

  /** Receives what shadow policies would have refused. */
  void shadowed(ShadowRefusal refusal);
}
