package dev.masquerade.model.latent;

/** What temperatures may be. */
final class Temperatures {

  private Temperatures() {}

  static void require(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }
}
