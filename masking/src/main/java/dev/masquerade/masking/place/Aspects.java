package dev.masquerade.masking.place;

/** Ranges of height / width. */
final class Aspects {

  private Aspects() {}

  static void check(double narrowest, double widest) {
    if (!(narrowest > 0 && narrowest <= widest && widest < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "aspect ratios need 0 < narrowest <= widest, was " + narrowest + " to " + widest);
    }
  }
}
