package dev.masquerade.model.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.masquerade.model.engine.StepScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What decides the draws of one canvas in one step.
 *
 * @param temperature of its step
 * @param uniforms one number per row of logits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record RowDraws(double temperature, double[] uniforms) {

  /**
   * Draws the tokens of a step, with one call for canvases of equal temperature.
   *
   * @param logits (S, V), canvas after canvas
   * @return what was drawn, by canvas
   */
  static List<Drawn> draw(
      TokenSampler tokens,
      NDArray logits,
      TokenFilter filter,
      List<RowDraws> rows,
      StepScope scope) {
    List<Drawn> result = new ArrayList<>();
    int at = 0;
    int first = 0;
    while (first < rows.size()) {
      double temperature = rows.get(first).temperature();
      int last = first;
      int count = 0;
      while (last < rows.size() && rows.get(last).temperature() == temperature) {
        count += rows.get(last++).uniforms().length;
      }
      double[] uniforms = new double[count];
      int next = 0;
      for (RowDraws row : rows.subList(first, last)) {
        System.arraycopy(row.uniforms(), 0, uniforms, next, row.uniforms().length);
        next += row.uniforms().length;
      }
      Drawn all =
          tokens.draw(between(logits, at, count, scope), temperature, filter, uniforms, scope);
      next = 0;
      for (RowDraws row : rows.subList(first, last)) {
        int end = next + row.uniforms().length;
        result.add(
            new Drawn(
                Arrays.copyOfRange(all.ids(), next, end),
                Arrays.copyOfRange(all.probabilities(), next, end),
                Arrays.copyOfRange(all.unfiltered(), next, end)));
        next = end;
      }
      at += count;
      first = last;
    }
    return result;
  }

  private static NDArray between(NDArray logits, int from, int count, StepScope scope) {
    if (count == logits.getShape().get(0)) {
      return logits;
    }
    NDArray rows = logits.get(new NDIndex("{}:{}", from, from + count));
    rows.attach(scope.manager());
    return rows;
  }
}
