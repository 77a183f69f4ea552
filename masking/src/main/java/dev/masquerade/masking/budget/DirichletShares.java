package dev.masquerade.masking.budget;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Random draws from a Dirichlet distribution. Used by one thread. */
public final class DirichletShares implements ShareDraws {

  // Independent Gamma(a_i, 1) variates, divided by their sum, are Dirichlet(a).
  //
  // Gamma(1/2) is half a squared standard normal and Gamma(1) is exponential; both have ziggurats
  // that are several times faster than the general sampler. Small concentrations give variates
  // below the smallest double, so that a sum can be 0; there the logarithm is drawn instead:
  // Gamma(a) = Gamma(a + 1) U^(1/a), and -log U is exponential.
  private static final double LOGARITHMIC_BELOW = 0.05;

  private final UniformRandomProvider rng;
  private final ContinuousSampler[] variates;
  private final double[] scratch;
  private final boolean logarithmic;
  private final boolean equal;

  /**
   * Creates the distribution.
   *
   * @param concentrations one number above 0 per share, at least one
   * @param rng where every draw comes from
   */
  public DirichletShares(double[] concentrations, UniformRandomProvider rng) {
    if (concentrations.length == 0) {
      throw new IllegalArgumentException("a Dirichlet distribution needs at least one share");
    }
    for (double concentration : concentrations) {
      if (!(concentration > 0 && concentration < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a concentration must be a finite number above 0, was " + concentration);
      }
    }
    this.rng = rng;
    this.scratch = new double[concentrations.length];
    this.logarithmic = Arrays.stream(concentrations).min().orElseThrow() < LOGARITHMIC_BELOW;
    this.equal = Arrays.stream(concentrations).distinct().count() == 1;
    this.variates = new ContinuousSampler[concentrations.length];
    for (int i = 0; i < variates.length; i++) {
      variates[i] =
          logarithmic ? logarithmicGamma(concentrations[i], rng) : gamma(concentrations[i], rng);
    }
  }

  @Override
  public void draw(double[] into) {
    int count = variates.length;
    if (count == 1) {
      into[0] = 1;
      return;
    }
    double sum;
    do {
      sum = logarithmic ? drawLogarithmic(into) : drawVariates(into);
    } while (!(sum > 0));
    for (int i = 0; i < count; i++) {
      into[i] /= sum;
    }
  }

  @Override
  public int largest() {
    // The order of shares that are distributed alike says nothing about them.
    if (equal) {
      return rng.nextInt(variates.length);
    }
    // Dividing by the sum, or taking logarithms, does not move the maximum.
    drawVariates(scratch);
    int largest = 0;
    for (int i = 1; i < scratch.length; i++) {
      if (scratch[i] > scratch[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  private double drawVariates(double[] into) {
    double sum = 0;
    for (int i = 0; i < variates.length; i++) {
      into[i] = variates[i].sample();
      sum += into[i];
    }
    return sum;
  }

  private double drawLogarithmic(double[] into) {
    drawVariates(into);
    double largest = into[0];
    for (int i = 1; i < variates.length; i++) {
      largest = Math.max(largest, into[i]);
    }
    double sum = 0;
    for (int i = 0; i < variates.length; i++) {
      into[i] = Math.exp(into[i] - largest);
      sum += into[i];
    }
    return sum;
  }

  private static ContinuousSampler gamma(double concentration, UniformRandomProvider rng) {
    if (concentration == 0.5) {
      ContinuousSampler normal = ZigguratSampler.NormalizedGaussian.of(rng);
      return () -> {
        double z = normal.sample();
        return z * z / 2;
      };
    }
    if (concentration == 1) {
      return ZigguratSampler.Exponential.of(rng);
    }
    return AhrensDieterMarsagliaTsangGammaSampler.of(rng, concentration, 1);
  }

  private static ContinuousSampler logarithmicGamma(
      double concentration, UniformRandomProvider rng) {
    ContinuousSampler above = AhrensDieterMarsagliaTsangGammaSampler.of(rng, concentration + 1, 1);
    ContinuousSampler exponential = ZigguratSampler.Exponential.of(rng);
    return () -> Math.log(above.sample()) - exponential.sample() / concentration;
  }
}
