package dev.masquerade.cli.figure;

/** Mixes colours. */
final class Blend {

  private Blend() {}

  /** Returns the colour {@code share} of the way from one to another, per primary. */
  static int of(int from, int to, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double one = from >> shift & 0xff;
      double other = to >> shift & 0xff;
      mixed |= (int) Math.rint(one + (other - one) * share) << shift;
    }
    return mixed;
  }
}
