package dev.masquerade.masking.random;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.source64.XoRoShiRo128PlusPlus;

/**
 * Random streams as a pure function of (run seed, epoch, key, purpose).
 *
 * <p>Equal arguments give equal streams on every machine, today and after any update; arguments
 * that differ anywhere give independent ones. Immutable, so any number of threads may ask; a stream
 * itself belongs to one thread.
 */
public final class SampleStreams {

  // The tuple is absorbed word by word into two lanes of 64 bits, which become the 128 bits of the
  // generator's state. A lane multiplies by an odd constant and folds the high half down, so that
  // every input bit reaches every bit of the lane; the lanes differ in their constants [1, 2]. Two
  // lanes, because with one a billion samples would make two equal streams likely.
  //
  // [1] Steele, Vigna: Computationally easy, spectrally good multipliers for congruential
  //     pseudorandom number generators. https://arxiv.org/abs/2001.05304
  // [2] Stafford: Better bit mixing. Variant 13 is the final step.
  private static final long FIRST_MULTIPLIER = 0xd1342543de82ef95L;
  private static final long SECOND_MULTIPLIER = 0xaf251af3b0f025b5L;
  private static final long FIRST_START = 0x9e3779b97f4a7c15L;
  private static final long SECOND_START = 0x243f6a8885a308d3L;

  private final long first;
  private final long second;

  /** Creates the streams of a run. */
  public SampleStreams(long runSeed) {
    first = absorb(FIRST_START, runSeed, FIRST_MULTIPLIER);
    second = absorb(SECOND_START, runSeed, SECOND_MULTIPLIER);
  }

  /**
   * Returns the stream of one sample.
   *
   * @param epoch how often the sample was seen before
   * @param key of the sample, or whatever else is drawn for, such as a shard
   * @param purpose what the stream is for
   * @return a fresh xoroshiro128++ generator at its start, for one thread
   */
  public UniformRandomProvider stream(long epoch, String key, Purpose purpose) {
    long a = absorb(absorb(first, epoch, FIRST_MULTIPLIER), purpose.code, FIRST_MULTIPLIER);
    long b = absorb(absorb(second, epoch, SECOND_MULTIPLIER), purpose.code, SECOND_MULTIPLIER);
    int length = key.length();
    // The length goes first, so that no key continues another.
    long word = length;
    int filled = 32;
    for (int i = 0; i < length; i++) {
      if (filled == 64) {
        a = absorb(a, word, FIRST_MULTIPLIER);
        b = absorb(b, word, SECOND_MULTIPLIER);
        word = 0;
        filled = 0;
      }
      word |= (long) key.charAt(i) << filled;
      filled += 16;
    }
    a = absorb(a, word, FIRST_MULTIPLIER);
    b = absorb(b, word, SECOND_MULTIPLIER);
    return new XoRoShiRo128PlusPlus(finish(a), finish(b));
  }

  private static long absorb(long lane, long word, long multiplier) {
    long product = (lane ^ finish(word + multiplier)) * multiplier;
    return product ^ (product >>> 32);
  }

  private static long finish(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
