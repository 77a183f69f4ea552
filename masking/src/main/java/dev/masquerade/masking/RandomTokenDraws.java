package dev.masquerade.masking;

import org.apache.commons.rng.UniformRandomProvider;

/** Draws from the stream of one sample after another. Used by one thread. */
final class RandomTokenDraws implements TokenDraws {

  private static final double TWO_POW_32 = 0x1p32;
  private static final long LOW_HALF = 0xffffffffL;

  private final int[] ascending;
  private UniformRandomProvider rng;
  private long threshold;
  private long spareBits;
  private boolean hasSpareBits;

  /** Creates draws that can order up to {@code maxPlaces} places. */
  RandomTokenDraws(int maxPlaces, UniformRandomProvider rng) {
    this.rng = rng;
    ascending = new int[maxPlaces];
    for (int i = 0; i < maxPlaces; i++) {
      ascending[i] = i;
    }
  }

  /** Draws from another stream from here on. */
  void use(UniformRandomProvider stream) {
    rng = stream;
    hasSpareBits = false;
  }

  @Override
  public double unit() {
    return rng.nextDouble();
  }

  @Override
  public boolean coin() {
    return rng.nextLong() < 0;
  }

  // A token is kept where 32 random bits lie below keep x 2^32, so each 64 bits decide two tokens.
  @Override
  public void startRound(double keep) {
    threshold = (long) (keep * TWO_POW_32);
  }

  @Override
  public boolean keeps() {
    if (hasSpareBits) {
      hasSpareBits = false;
      return (spareBits & LOW_HALF) < threshold;
    }
    spareBits = rng.nextLong();
    hasSpareBits = true;
    return (spareBits >>> 32) < threshold;
  }

  // Multiplying 32 random bits by the bound leaves the number in the high half; the few low halves
  // that would favour some numbers are drawn again. Lemire, https://arxiv.org/abs/1805.10941
  @Override
  public int below(int bound) {
    long product = (rng.nextLong() >>> 32) * bound;
    if ((product & LOW_HALF) < bound) {
      long unfair = (1L << 32) % bound;
      while ((product & LOW_HALF) < unfair) {
        product = (rng.nextLong() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  // The beginning of a Fisher-Yates shuffle: only what is asked for is drawn.
  @Override
  public void order(int total, int count, int[] into) {
    System.arraycopy(ascending, 0, into, 0, total);
    for (int i = 0; i < count; i++) {
      int j = i + below(total - i);
      int drawn = into[j];
      into[j] = into[i];
      into[i] = drawn;
    }
  }
}
