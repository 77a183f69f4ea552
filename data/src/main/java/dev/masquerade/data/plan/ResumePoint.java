package dev.masquerade.data.plan;

/**
 * A place in the global order from which a run can go on exactly.
 *
 * @param samples uses of samples that all processes together have consumed, bad ones included
 */
public record ResumePoint(long samples) {

  /** Where a run begins. */
  public static final ResumePoint START = new ResumePoint(0);

  public ResumePoint {
    if (samples < 0) {
      throw new IllegalArgumentException("samples must be at least 0, was " + samples);
    }
  }
}
