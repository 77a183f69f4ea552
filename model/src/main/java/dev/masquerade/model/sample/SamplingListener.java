package dev.masquerade.model.sample;

/** Is told of every step of a {@link Sampler}, on the thread that samples. */
@FunctionalInterface
public interface SamplingListener {

  /** Listens to nothing. */
  SamplingListener NONE = step -> {};

  /**
   * Is called after each step, when its tokens are on their canvases.
   *
   * @param step valid during the call
   */
  void step(SamplingStep step);
}
