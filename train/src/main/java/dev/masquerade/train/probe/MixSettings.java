package dev.masquerade.train.probe;

/**
 * How pictures of a batch are mixed, and their classes with them: mixup [1] lays one over another,
 * cutmix [2] puts a rectangle of one into another.
 *
 * <p>[1] arXiv 1710.09412, [2] arXiv 1905.04899
 *
 * @param mixupAlpha both parameters of the beta distribution of mixup's share; 0 for no mixup
 * @param cutmixAlpha the same for cutmix
 * @param minSide smallest side of a cutmix rectangle as a share of the picture's; read where {@code
 *     maxSide} is not 0
 * @param maxSide largest side; 0 lets the drawn share decide the area
 * @param probability that a draw mixes at all, in {@code [0, 1]}
 * @param switchProbability that it is cutmix where both can be, in {@code [0, 1]}
 * @param mode what shares a draw
 */
public record MixSettings(
    double mixupAlpha,
    double cutmixAlpha,
    double minSide,
    double maxSide,
    double probability,
    double switchProbability,
    Mode mode) {

  /** What shares a draw. */
  public enum Mode {
    /** The whole batch. */
    BATCH,
    /** A picture and its partner. */
    PAIR,
    /** Every picture has its own. */
    ELEMENT
  }

  /** Leaves batches as they are. */
  public static final MixSettings NONE = new MixSettings(0, 0, 0, 0, 1, 0.5, Mode.BATCH);

  public MixSettings {
    if (!(mixupAlpha >= 0) || !(cutmixAlpha >= 0)) {
      throw new IllegalArgumentException(
          "alphas must be at least 0, were " + mixupAlpha + " and " + cutmixAlpha);
    }
    if (!(probability >= 0 && probability <= 1)
        || !(switchProbability >= 0 && switchProbability <= 1)) {
      throw new IllegalArgumentException(
          "probabilities must lie in [0, 1], were " + probability + " and " + switchProbability);
    }
    if (!(minSide >= 0 && maxSide <= 1 && (maxSide == 0 || minSide <= maxSide))) {
      throw new IllegalArgumentException(
          "sides must be 0 <= min <= max <= 1, were " + minSide + " and " + maxSide);
    }
  }

  /** Says whether anything is ever mixed. */
  public boolean mixes() {
    return probability > 0 && (mixupAlpha > 0 || cutmixAlpha > 0);
  }
}
