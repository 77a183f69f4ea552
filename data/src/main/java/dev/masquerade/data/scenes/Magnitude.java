package dev.masquerade.data.scenes;

/** Size of a solid in two steps that do not touch, so that a picture tells which it is. */
public enum Magnitude {
  /** Radii from 0.72 to 0.92 scene units. */
  SMALL("small", 0.72, 0.92),
  /** Radii from 1.15 to 1.42 scene units. */
  LARGE("large", 1.15, 1.42);

  private final String word;
  private final double smallest;
  private final double largest;

  Magnitude(String word, double smallest, double largest) {
    this.word = word;
    this.smallest = smallest;
    this.largest = largest;
  }

  /** Returns the English word, as captions write it. */
  public String word() {
    return word;
  }

  /** Returns the radius {@code share} of the way from the smallest to the largest. */
  double radius(double share) {
    return smallest + (largest - smallest) * share;
  }
}
