package dev.masquerade.data.pipeline;

/** A sample cannot be used, with where it lies and why. */
public final class UnusableSampleException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient BadSample sample;

  /** Creates the exception with the failure that revealed it. */
  public UnusableSampleException(BadSample sample, Throwable cause) {
    super(sample.describe(), cause);
    this.sample = sample;
  }

  /** Creates the exception. */
  public UnusableSampleException(BadSample sample) {
    super(sample.describe());
    this.sample = sample;
  }

  /** Returns the sample at fault. */
  public BadSample sample() {
    return sample;
  }
}
