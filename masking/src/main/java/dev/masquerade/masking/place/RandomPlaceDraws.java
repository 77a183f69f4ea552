package dev.masquerade.masking.place;

import org.apache.commons.rng.UniformRandomProvider;

/** Draws from the stream of one sample after another. Used by one thread. */
public final class RandomPlaceDraws implements PlaceDraws {

  private static final long LOW_HALF = 0xffffffffL;

  private UniformRandomProvider rng;
  private int[] ascending = new int[0];

  /** Creates draws from a stream. */
  public RandomPlaceDraws(UniformRandomProvider rng) {
    this.rng = rng;
  }

  /** Draws from another stream from here on. */
  public void use(UniformRandomProvider stream) {
    rng = stream;
  }

  @Override
  public double unit() {
    return rng.nextDouble();
  }

  @Override
  public double between(double from, double to) {
    return from + (to - from) * rng.nextDouble();
  }

  @Override
  public int below(int bound) {
    return rng.nextInt(bound);
  }

  // The beginning of a Fisher-Yates shuffle: only what is asked for is drawn, two numbers from 64
  // random bits. Multiplying 32 bits by a bound leaves the number in the high half; the few low
  // halves that would favour some numbers are drawn again. Lemire, https://arxiv.org/abs/1805.10941
  @Override
  public void order(int first, int total, int count, int[] into, int at) {
    if (ascending.length < first + total) {
      ascending = new int[first + total];
      for (int i = 0; i < ascending.length; i++) {
        ascending[i] = i;
      }
    }
    System.arraycopy(ascending, first, into, at, total);
    UniformRandomProvider stream = rng;
    long bits = 0;
    for (int i = 0; i < count; i++) {
      int bound = total - i;
      bits = (i & 1) == 0 ? stream.nextLong() : bits >>> 32;
      long product = (bits & LOW_HALF) * bound;
      if ((product & LOW_HALF) < bound) {
        long unfair = (1L << 32) % bound;
        while ((product & LOW_HALF) < unfair) {
          product = (stream.nextLong() >>> 32) * bound;
        }
      }
      int j = at + i + (int) (product >>> 32);
      int drawn = into[j];
      into[j] = into[at + i];
      into[at + i] = drawn;
    }
  }
}
