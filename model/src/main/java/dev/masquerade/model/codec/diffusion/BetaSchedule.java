package dev.masquerade.model.codec.diffusion;

import dev.masquerade.modality.NearestName;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** How much noise each step of a diffusion adds. */
public sealed interface BetaSchedule {

  /**
   * Returns the variance that each step adds.
   *
   * @param steps length of the diffusion, at least 2
   * @return one value in (0, 1] per step, from the picture towards noise
   */
  double[] betas(int steps);

  /** Returns its name in the configs of published models. */
  String text();

  /** Variances that rise evenly from 0.0001 to 0.02, after Ho, Jain and Abbeel. */
  record Linear() implements BetaSchedule {
    @Override
    public double[] betas(int steps) {
      double[] betas = new double[steps];
      for (int t = 0; t < steps; t++) {
        betas[t] = evenly(FIRST, LAST, t, steps);
      }
      return betas;
    }

    @Override
    public String text() {
      return LINEAR;
    }
  }

  /** Deviations that rise evenly between those of {@link Linear}, as in latent diffusion. */
  record ScaledLinear() implements BetaSchedule {
    @Override
    public double[] betas(int steps) {
      double[] betas = new double[steps];
      for (int t = 0; t < steps; t++) {
        double deviation = evenly(Math.sqrt(FIRST), Math.sqrt(LAST), t, steps);
        betas[t] = deviation * deviation;
      }
      return betas;
    }

    @Override
    public String text() {
      return SCALED_LINEAR;
    }
  }

  /** The squared cosine of Nichol and Dhariwal; no step adds more than 0.999. */
  record SquaredCosine() implements BetaSchedule {
    @Override
    public double[] betas(int steps) {
      return BetaSchedule.following(SquaredCosine::kept, steps);
    }

    private static double kept(double time) {
      double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
      return cosine * cosine;
    }

    @Override
    public String text() {
      return SQUARED_COSINE;
    }
  }

  /**
   * A squared cosine, evenly spaced from the picture to nothing of it, with its log of signal to
   * noise lowered by {@code 2 log shift}, after Hoogeboom, Heek and Salimans: the larger a picture,
   * the less the same noise hides of it. The log of signal to noise is at most 15. Nothing of the
   * picture is left at the last timestep, as with zero terminal SNR.
   *
   * @param shift positive; below 1 means less noise, 1 leaves the cosine as it is
   */
  record ShiftedCosine(double shift) implements BetaSchedule {
    private static final double LEAST_RATIO = Math.exp(-15.0 / 2);

    public ShiftedCosine {
      if (!(shift > 0 && Double.isFinite(shift))) {
        throw new IllegalArgumentException(
            "the shift of a shifted cosine must be positive, was " + shift);
      }
    }

    @Override
    public double[] betas(int steps) {
      double[] betas = new double[steps];
      double before = 1;
      for (int t = 0; t < steps; t++) {
        double kept = kept(t / (steps - 1.0));
        betas[t] = 1 - kept / before;
        before = kept;
      }
      return betas;
    }

    private double kept(double time) {
      double ratio = Math.max(Math.tan(Math.PI * time / 2) * shift, LEAST_RATIO);
      return 1 / (1 + ratio * ratio);
    }

    @Override
    public String text() {
      return SHIFTED_COSINE + ":" + shift;
    }
  }

  /** First and last variance of the linear schedules. */
  double FIRST = 1e-4;

  /** See {@link #FIRST}. */
  double LAST = 0.02;

  /** Name of {@link Linear}. */
  String LINEAR = "linear";

  /** Name of {@link ScaledLinear}. */
  String SCALED_LINEAR = "scaled_linear";

  /** Name of {@link SquaredCosine}. */
  String SQUARED_COSINE = "squaredcos_cap_v2";

  /** What the names of {@link ShiftedCosine}s start with. */
  String SHIFTED_COSINE = "shifted_cosine";

  /**
   * Returns the schedule of a name: "linear", "scaled_linear", "squaredcos_cap_v2", or
   * "shifted_cosine:0.5" with any positive number.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static BetaSchedule named(String text) {
    List<String> known = List.of(LINEAR, SCALED_LINEAR, SQUARED_COSINE, SHIFTED_COSINE + ":0.5");
    if (text.startsWith(SHIFTED_COSINE + ":")) {
      String shift = text.substring(SHIFTED_COSINE.length() + 1);
      try {
        return new ShiftedCosine(Double.parseDouble(shift));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "beta_schedule \"" + text + "\": the shift \"" + shift + "\" is not a number", e);
      }
    }
    return switch (text) {
      case LINEAR -> new Linear();
      case SCALED_LINEAR -> new ScaledLinear();
      case SQUARED_COSINE -> new SquaredCosine();
      default ->
          throw new IllegalArgumentException(
              "beta_schedule \""
                  + text
                  + "\" is not known."
                  + NearestName.of(text, known)
                      .map(near -> " Did you mean \"" + near + "\"?")
                      .orElse("")
                  + " Known: "
                  + String.join(", ", known));
    };
  }

  private static double evenly(double first, double last, int t, int steps) {
    return first + (last - first) * t / (steps - 1);
  }

  /** Returns the variances after which a share {@code kept(time)} of the picture's is left. */
  private static double[] following(DoubleUnaryOperator kept, int steps) {
    double[] betas = new double[steps];
    for (int t = 0; t < steps; t++) {
      double before = kept.applyAsDouble((double) t / steps);
      double after = kept.applyAsDouble((t + 1.0) / steps);
      betas[t] = Math.min(1 - after / before, 0.999);
    }
    return betas;
  }
}
