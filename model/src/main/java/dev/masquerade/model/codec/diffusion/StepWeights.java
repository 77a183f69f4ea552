package dev.masquerade.model.codec.diffusion;

/**
 * One step as sums of arrays: {@code picture = pictureOfNoisy noisy + pictureOfOutput output},
 * which may be clipped, and {@code previous = previousOfPicture picture + previousOfNoisy noisy +
 * previousOfOutput output + fresh noise}.
 *
 * @param pictureOfNoisy weight of the noisy picture in the guess of the picture
 * @param pictureOfOutput weight of the network's output in it
 * @param previousOfPicture weight of the guess in the picture at the timestep before
 * @param previousOfNoisy weight of the noisy picture there
 * @param previousOfOutput weight of the network's output there
 * @param fresh deviation of noise that is added anew; 0 for none
 */
public record StepWeights(
    double pictureOfNoisy,
    double pictureOfOutput,
    double previousOfPicture,
    double previousOfNoisy,
    double previousOfOutput,
    double fresh) {

  /** Returns the weights in order. */
  double[] values() {
    return new double[] {
      pictureOfNoisy, pictureOfOutput, previousOfPicture, previousOfNoisy, previousOfOutput, fresh
    };
  }

  /** What an output says of the picture, or of the noise, as weights of noisy and output. */
  record Guess(double ofNoisy, double ofOutput) {}

  /**
   * Returns how the picture follows from an output.
   *
   * @param timestep must leave something of the picture where noise is predicted
   */
  static Guess picture(NoiseSchedule schedule, PredictionType prediction, int timestep) {
    double signal = schedule.signal(timestep);
    double noise = schedule.noise(timestep);
    return switch (prediction) {
      case EPSILON -> {
        if (signal == 0) {
          throw new IllegalArgumentException(
              "at timestep "
                  + timestep
                  + " nothing of the picture is left, so that predicted noise says nothing of it."
                  + " Predict the sample or the velocity, or use a schedule without zero terminal"
                  + " SNR");
        }
        yield new Guess(1 / signal, -noise / signal);
      }
      case SAMPLE -> new Guess(0, 1);
      case VELOCITY -> new Guess(signal, -noise);
    };
  }

  /**
   * Returns how the noise follows from an output.
   *
   * @param timestep must hold some noise where the sample is predicted; every one does
   */
  static Guess noise(NoiseSchedule schedule, PredictionType prediction, int timestep) {
    double signal = schedule.signal(timestep);
    double noise = schedule.noise(timestep);
    return switch (prediction) {
      case EPSILON -> new Guess(0, 1);
      case SAMPLE -> new Guess(1 / noise, -signal / noise);
      case VELOCITY -> new Guess(noise, signal);
    };
  }
}
