package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one step of a {@link Sampler} did.
 *
 * @param target number of the target in its plan
 * @param modality what is generated
 * @param step number of the step within the target, from 0
 * @param steps how many steps the target may take
 * @param rows those that took part, in the order in which they were given
 * @param logits copies (S, V) guided logits to the host: candidate after candidate, row after row
 */
public record SamplingStep(
    int target,
    ModalityName modality,
    int step,
    int steps,
    List<Row> rows,
    Supplier<float[]> logits) {

  /**
   * One row of a step.
   *
   * @param row number of its canvas
   * @param candidates places that were predicted, ascending; the rank of the token in a text
   * @param ids what was drawn for each
   * @param probabilities with which
   * @param settled places whose tokens stay, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // a holder that hands its arrays over, never compared
  public record Row(int row, int[] candidates, int[] ids, double[] probabilities, int[] settled) {}
}
