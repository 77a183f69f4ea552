package dev.masquerade.masking.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class SampleStreamsTest {

  @Test
  void equalTuples_giveEqualStreams() {
    assertThat(draws(new SampleStreams(7), 3, "000913442", Purpose.VIEW))
        .isEqualTo(draws(new SampleStreams(7), 3, "000913442", Purpose.VIEW));
  }

  // What a release draws, the next must draw: a resumed run would otherwise mask differently.
  @Test
  void knownTuple_givesTheNumbersItAlwaysGave() {
    assertThat(draws(new SampleStreams(42), 1, "cc12m-000017", Purpose.MASKING))
        .containsExactly(5559471973588283970L, -7119352362631127214L, -6250528023471081749L);
  }

  @Test
  void tuplesThatDifferAnywhere_giveStreamsThatShareNothing() {
    Set<Long> seen = new HashSet<>();
    int drawn = 0;
    List<String> keys = new ArrayList<>(List.of("", "a", "aa", "\0", "a\0", "é"));
    for (int i = 0; i < 500; i++) {
      keys.add(String.format("%09d", i));
    }
    for (long seed : new long[] {0, 1, -1, 1L << 32, 1L << 63}) {
      SampleStreams streams = new SampleStreams(seed);
      for (long epoch : new long[] {0, 1, 2, 1L << 40}) {
        for (Purpose purpose : Purpose.values()) {
          for (String key : keys) {
            for (long draw : draws(streams, epoch, key, purpose)) {
              seen.add(draw);
              drawn++;
            }
          }
        }
      }
    }
    assertThat(seen).hasSize(drawn);
  }

  // Chi-square over the first draws of consecutive keys, where a weak hash would show.
  @Test
  void firstDrawsOfConsecutiveKeys_areUniformInEveryByte() {
    SampleStreams streams = new SampleStreams(0);
    long[][] observed = new long[8][256];
    for (int i = 0; i < 100_000; i++) {
      long bits = streams.stream(0, String.format("%09d", i), Purpose.MASKING).nextLong();
      for (int b = 0; b < 8; b++) {
        observed[b][(int) (bits >>> (8 * b)) & 0xff]++;
      }
    }
    double[] expected = new double[256];
    Arrays.fill(expected, 1);
    for (long[] counts : observed) {
      assertThat(new ChiSquareTest().chiSquareTest(expected, counts)).isGreaterThan(1e-6);
    }
  }

  // Each of 64 bits of the first draw flips with probability 1/2 where one bit of a word flips:
  // 5 standard errors of 20,000 flips.
  @Test
  void oneFlippedBitOfEpochOrSeed_flipsHalfOfTheFirstDraw() {
    double flippedByEpoch = 0;
    double flippedBySeed = 0;
    int count = 0;
    for (int bit = 0; bit < 63; bit++) {
      for (int i = 0; i < 5; i++) {
        String key = "key " + i;
        long plain = draws(new SampleStreams(i), i, key, Purpose.VIEW)[0];
        long epoch = draws(new SampleStreams(i), i ^ (1L << bit), key, Purpose.VIEW)[0];
        long seed = draws(new SampleStreams(i ^ (1L << bit)), i, key, Purpose.VIEW)[0];
        flippedByEpoch += Long.bitCount(plain ^ epoch);
        flippedBySeed += Long.bitCount(plain ^ seed);
        count += 64;
      }
    }
    double error = 5 * 0.5 / Math.sqrt(count);
    assertThat(flippedByEpoch / count).isBetween(0.5 - error, 0.5 + error);
    assertThat(flippedBySeed / count).isBetween(0.5 - error, 0.5 + error);
  }

  private static long[] draws(SampleStreams streams, long epoch, String key, Purpose purpose) {
    return streams.stream(epoch, key, purpose).longs(3).toArray();
  }
}
