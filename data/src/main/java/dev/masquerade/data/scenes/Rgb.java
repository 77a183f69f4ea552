package dev.masquerade.data.scenes;

/**
 * An amount of light per primary, linear.
 *
 * @param red usually in {@code [0, 1]}
 * @param green usually in {@code [0, 1]}
 * @param blue usually in {@code [0, 1]}
 */
record Rgb(double red, double green, double blue) {

  /** Returns the colour between this and another, {@code share} of the way. */
  Rgb towards(Rgb other, double share) {
    return new Rgb(
        red + (other.red - red) * share,
        green + (other.green - green) * share,
        blue + (other.blue - blue) * share);
  }
}
