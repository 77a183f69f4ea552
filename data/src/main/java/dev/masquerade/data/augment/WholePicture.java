package dev.masquerade.data.augment;

import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/** Takes the whole picture, whatever its shape. */
public final class WholePicture implements Augmenter {

  private final FlipProbability flip;

  /** Creates it with a probability of flipping, in {@code [0, 1]}. */
  public WholePicture(double flipProbability) {
    flip = new FlipProbability(flipProbability);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    return flip.apply(View.WHOLE, rng);
  }

  @Override
  public String toString() {
    return "whole picture, flip " + flip.value();
  }
}
