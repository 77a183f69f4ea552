package dev.masquerade.train.evaluate;

import java.util.OptionalDouble;

/**
 * One measure of one task.
 *
 * @param name for example {@code miou}
 * @param unit for example {@code degrees}; empty where there is none
 * @param higherIsBetter whether a larger value is better
 * @param model value of the model
 * @param prior value of the best constant answer, made from training samples without looking at the
 *     input
 * @param bound value of the truth after its own tokenizer: what no model can surpass by much; empty
 *     where tokens are the truth
 */
public record MetricComparison(
    String name,
    String unit,
    boolean higherIsBetter,
    double model,
    double prior,
    OptionalDouble bound) {

  /** Returns by how much the model beats the prior, as a share of the prior's value. */
  public double improvement() {
    return higherIsBetter ? model / prior - 1 : 1 - model / prior;
  }

  /** Says whether the model is better than the prior. */
  public boolean beatsPrior() {
    return higherIsBetter ? model > prior : model < prior;
  }

  /**
   * Returns this measure of a caption as one of the picture that the caption was read off.
   *
   * @param most what the same reading of the true picture gets
   */
  MetricComparison readBack(double most) {
    return new MetricComparison(
        "read_back_" + name, unit, higherIsBetter, model, prior, OptionalDouble.of(most));
  }
}
