package dev.masquerade.train.probe;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/*
 * As timm's Mixup: partners are the rows of the batch backwards; a share is drawn from a beta
 * distribution with two equal parameters; a cutmix rectangle has sides of sqrt(1 - share) of the
 * picture's, its centre anywhere, and what falls outside is lost, so that the share is counted anew
 * from its area. With given bounds the sides are drawn and the rectangle lies inside.
 */
/** Draws what is mixed with what. */
final class Mixing {

  private final MixSettings settings;
  private final int height;
  private final int width;

  /**
   * Creates it for pictures of one size.
   *
   * @param height in pixels
   * @param width in pixels
   */
  Mixing(MixSettings settings, int height, int width) {
    this.settings = settings;
    this.height = height;
    this.width = width;
  }

  /**
   * Draws for a batch.
   *
   * @param rng stream of this step, advanced by this call
   * @return one for each row
   */
  List<Mix> draw(int rows, UniformRandomProvider rng) {
    List<Mix> mixes = new ArrayList<>(rows);
    Share common = settings.mode() == MixSettings.Mode.BATCH ? share(rng) : Share.WHOLE;
    for (int row = 0; row < rows; row++) {
      int partner = rows - 1 - row;
      Share share =
          switch (settings.mode()) {
            case BATCH -> common;
            case ELEMENT -> share(rng);
            case PAIR -> row <= partner ? share(rng) : Share.of(mixes.get(partner));
          };
      mixes.add(new Mix(partner, share.own, share.cut));
    }
    return mixes;
  }

  private record Share(double own, Mix.Rectangle cut) {
    static final Share WHOLE = new Share(1, Mix.Rectangle.NONE);

    static Share of(Mix mix) {
      return new Share(mix.own(), mix.cut());
    }
  }

  private Share share(UniformRandomProvider rng) {
    if (!settings.mixes() || rng.nextDouble() >= settings.probability()) {
      return Share.WHOLE;
    }
    boolean both = settings.mixupAlpha() > 0 && settings.cutmixAlpha() > 0;
    boolean cuts =
        both ? rng.nextDouble() < settings.switchProbability() : settings.cutmixAlpha() > 0;
    double own = beta(cuts ? settings.cutmixAlpha() : settings.mixupAlpha(), rng);
    if (!cuts) {
      return new Share(own, Mix.Rectangle.NONE);
    }
    Mix.Rectangle cut = settings.maxSide() > 0 ? bounded(rng) : ofShare(own, rng);
    double left = 1 - (double) cut.area() / (height * width);
    return new Share(left, cut);
  }

  private static double beta(double alpha, UniformRandomProvider rng) {
    ContinuousSampler gamma = AhrensDieterMarsagliaTsangGammaSampler.of(rng, alpha, 1);
    double one = gamma.sample();
    double other = gamma.sample();
    // Both may vanish where alpha is tiny: then it is all one or all the other.
    return one + other > 0 ? one / (one + other) : 1;
  }

  private Mix.Rectangle ofShare(double own, UniformRandomProvider rng) {
    double side = Math.sqrt(1 - own);
    int half = (int) (height * side) / 2;
    int halfAcross = (int) (width * side) / 2;
    int y = rng.nextInt(height);
    int x = rng.nextInt(width);
    return new Mix.Rectangle(
        Math.max(0, y - half),
        Math.max(0, x - halfAcross),
        Math.min(height, y + half),
        Math.min(width, x + halfAcross));
  }

  private Mix.Rectangle bounded(UniformRandomProvider rng) {
    int rows = side(height, rng);
    int columns = side(width, rng);
    int top = rng.nextInt(height - rows + 1);
    int left = rng.nextInt(width - columns + 1);
    return new Mix.Rectangle(top, left, top + rows, left + columns);
  }

  private int side(int length, UniformRandomProvider rng) {
    int min = (int) (length * settings.minSide());
    int max = (int) (length * settings.maxSide());
    return min == max ? min : min + rng.nextInt(max - min);
  }
}
