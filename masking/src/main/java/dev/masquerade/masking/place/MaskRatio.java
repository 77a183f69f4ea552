package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.List;

/**
 * The share of places that is removed.
 *
 * @param share from 0 to 1
 */
public record MaskRatio(double share) {

  public MaskRatio {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a mask ratio must lie in [0, 1], was " + share);
    }
  }

  /**
   * Returns how many of some places stay: {@code (int) (places * (1 - share))}, in double
   * arithmetic and truncated, as MAE counts. 0.9 of 10 places leaves 0, because 1 - 0.9 is a little
   * less than 0.1.
   */
  public int kept(int places) {
    return (int) (places * (1 - share));
  }

  /** Reports where nothing would be left for an encoder to see. */
  void reportEmpty(int kept, int places, List<String> problems) {
    if (kept < 1) {
      problems.add(
          "a mask ratio of "
              + share
              + " leaves the encoder none of "
              + places
              + " places. Lower the ratio, or use smaller patches");
    }
  }

  /** Returns what {@link #kept} does, and refuses to leave nothing. */
  int someKept(int places) {
    return someOf(kept(places), places);
  }

  /** Returns {@code kept}, unless that is nothing. */
  int someOf(int kept, int places) {
    List<String> problems = new ArrayList<>();
    reportEmpty(kept, places, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.get(0));
    }
    return kept;
  }
}
