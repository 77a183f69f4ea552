package dev.masquerade.model.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many tokens every step settles.
 *
 * <p>The reference's cosine schedule rounds every step for itself and gives the last what is left.
 * With many steps for few tokens that leaves steps of zero tokens, which still cost a forward pass,
 * and can make the last one negative. Here {@link #rounded} is the reference's numbers and {@link
 * #tokens} what is made of them: steps without tokens are dropped, and what rounding gave away too
 * much is taken back from the last steps. So there may be fewer steps than asked for.
 */
public enum TokenSchedule {
  /** Few tokens at both ends, many in the middle. */
  COSINE {
    @Override
    int[] rounded(int steps, int total) {
      int[] counts = new int[steps];
      int left = total;
      for (int i = 0; i < steps - 1; i++) {
        double from = Math.cos(Math.PI * i / steps);
        double to = Math.cos(Math.PI * (i + 1) / steps);
        counts[i] = (int) Math.rint(total * (from - to) / 2);
        left -= counts[i];
      }
      counts[steps - 1] = left;
      return counts;
    }
  },
  /** As many tokens in every step; where that does not come out even, one more in the first. */
  LINEAR {
    @Override
    int[] rounded(int steps, int total) {
      int[] counts = new int[steps];
      Arrays.fill(counts, total / steps);
      for (int i = 0; i < total % steps; i++) {
        counts[i]++;
      }
      return counts;
    }
  };

  /**
   * Shares out the tokens of a target.
   *
   * @param steps asked for, at least 1
   * @param total tokens to settle, at least 1
   * @return at most {@code steps} numbers of at least 1, which sum to {@code total}
   */
  public int[] tokens(int steps, int total) {
    if (steps < 1 || total < 1) {
      throw new IllegalArgumentException(
          "steps and tokens must be at least 1, were " + steps + " and " + total);
    }
    int[] counts = rounded(steps, total);
    for (int i = steps - 1; i > 0; i--) {
      if (counts[i] < 0) {
        counts[i - 1] += counts[i];
        counts[i] = 0;
      }
    }
    return Arrays.stream(counts).filter(count -> count > 0).toArray();
  }

  /**
   * Returns what the reference computes, before steps without tokens are dropped: {@code steps}
   * numbers that sum to {@code total}, of which some may be 0 and the last negative.
   */
  abstract int[] rounded(int steps, int total);

  /**
   * Returns what is left of a schedule when some tokens are known already: whole steps fall away
   * from its start, and the first that stays may be shorter.
   *
   * @param schedule tokens of every step
   * @param known tokens that need no step, from 0
   * @return empty where nothing is left
   */
  public static int[] remaining(int[] schedule, int known) {
    if (known < 0) {
      throw new IllegalArgumentException("known tokens cannot be negative, were " + known);
    }
    List<Integer> left = new ArrayList<>();
    int skipped = known;
    for (int count : schedule) {
      if (skipped >= count) {
        skipped -= count;
      } else {
        left.add(count - skipped);
        skipped = 0;
      }
    }
    return left.stream().mapToInt(Integer::intValue).toArray();
  }
}
