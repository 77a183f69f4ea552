package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One way of masking among those of a {@link MaskingMixture}.
 *
 * @param weight how often it is drawn, relative to the other components; more than 0
 * @param shares per modality; a modality that is not named receives nothing. At least one input and
 *     one target concentration are more than 0
 */
public record MaskingComponent(double weight, Map<ModalityName, ModalityShare> shares) {

  public MaskingComponent {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the weight of a mixture component must be a finite number above 0, was "
              + weight
              + ". Leave out a component that shall never be drawn");
    }
    refuseAllZero("input", "encoder", shares, ModalityShare::inputConcentration);
    refuseAllZero("target", "decoder", shares, ModalityShare::targetConcentration);
  }

  /** Creates a component of weight 1. */
  public MaskingComponent(Map<ModalityName, ModalityShare> shares) {
    this(1, shares);
  }

  /** Returns what a modality receives. */
  public ModalityShare share(ModalityName modality) {
    return shares.getOrDefault(modality, ModalityShare.NONE);
  }

  private static void refuseAllZero(
      String side,
      String reader,
      Map<ModalityName, ModalityShare> shares,
      ToDoubleFunction<ModalityShare> concentration) {
    if (shares.values().stream().noneMatch(share -> concentration.applyAsDouble(share) > 0)) {
      throw new IllegalArgumentException(
          "every "
              + side
              + " concentration is 0, so nobody could receive the "
              + reader
              + "'s tokens. Give at least one of "
              + (shares.isEmpty() ? "the run's modalities" : shares.keySet())
              + " an "
              + side
              + " concentration above 0");
    }
  }
}
