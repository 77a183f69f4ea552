package dev.masquerade.model.sample;

/** Every random choice of a {@link Sampler}. What a row gets does not depend on other rows. */
interface Draws {

  /**
   * Draws the numbers that decide which tokens are taken.
   *
   * @param row number of the canvas
   * @param target number of the target in its plan
   * @param step number of the step of this row
   * @param candidates places that were predicted, ascending
   * @return one number in [0, 1) per candidate
   */
  double[] uniforms(int row, int target, int step, int[] candidates);

  /**
   * Draws which open places a step predicts.
   *
   * @param open places, ascending
   * @param count how many of them
   * @return places, ascending
   */
  int[] places(int row, int target, int step, int[] open, int count);
}
