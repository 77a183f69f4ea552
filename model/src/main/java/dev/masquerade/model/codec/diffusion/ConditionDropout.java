package dev.masquerade.model.codec.diffusion;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * How often a decoder in training is not told all that the tokens say, so that it learns what
 * pictures are like without them: guidance moves away from that.
 *
 * @param share of the pictures, in [0, 1]
 * @param places whether such a picture loses a random number of its tokens instead of all
 * @param least tokens it loses then
 * @param most tokens it loses then, both ends included; 0 for all there are
 */
public record ConditionDropout(double share, boolean places, int least, int most) {

  /** Every picture keeps all its tokens; a decoder trained so cannot be guided. */
  public static final ConditionDropout NONE = new ConditionDropout(0, false, 0, 0);

  public ConditionDropout {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "cls_free_guidance_dropout must lie in [0, 1], was " + share);
    }
    if (least < 0 || most < 0 || most > 0 && most < least) {
      throw new IllegalArgumentException(
          "masked_cfg_low and masked_cfg_high must not be negative and in this order, were "
              + least
              + " and "
              + most);
    }
  }

  /** Drops all tokens of a share of the pictures. */
  public static ConditionDropout ofAll(double share) {
    return new ConditionDropout(share, false, 0, 0);
  }

  /**
   * Draws which tokens are dropped.
   *
   * @param rows B
   * @param length tokens of each
   * @return (B, length) true where dropped; null where none is
   */
  boolean @Nullable [] draw(UniformRandomProvider rng, int rows, int length) {
    if (share == 0) {
      return null;
    }
    boolean[] dropped = new boolean[rows * length];
    boolean any = false;
    for (int row = 0; row < rows; row++) {
      if (rng.nextDouble() < share) {
        drop(rng, dropped, row * length, length);
        any = true;
      }
    }
    return any ? dropped : null;
  }

  private void drop(UniformRandomProvider rng, boolean[] dropped, int from, int length) {
    if (!places) {
      Arrays.fill(dropped, from, from + length, true);
      return;
    }
    int last = most == 0 ? length : Math.min(most, length);
    int first = Math.min(least, last);
    int left = first + rng.nextInt(last - first + 1);
    // Each place is taken with the chance that leaves every choice of so many as likely.
    for (int place = 0; place < length && left > 0; place++) {
      if (rng.nextInt(length - place) < left) {
        dropped[from + place] = true;
        left--;
      }
    }
  }
}
