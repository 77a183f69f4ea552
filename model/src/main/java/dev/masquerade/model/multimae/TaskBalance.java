package dev.masquerade.model.multimae;

/** How the losses of tasks become one. */
public enum TaskBalance {
  /** Their sum. */
  EQUAL,
  /**
   * Their sum weighted by learned log variances {@code s}: a loss {@code L} counts as {@code
   * exp(-s) L + s}, and as 0 where it is 0.
   *
   * @see <a href="https://arxiv.org/abs/1705.07115">Multi-Task Learning Using Uncertainty to Weigh
   *     Losses for Scene Geometry and Semantics</a>
   */
  UNCERTAINTY
}
