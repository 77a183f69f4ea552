package dev.masquerade.model.codec.diffusion;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Dimensions of a U-Net over patches of a noisy picture.
 *
 * @param channels C of the picture
 * @param conditionChannels E
 * @param patch p, edge of a patch in pixels
 * @param width channels inside, before they are multiplied; a multiple of 32
 * @param residualBlocks per level on the way down; one more on the way up
 * @param attentionAt by how much a level is smaller than the map of patches for it to attend;
 *     powers of two, of which those beyond the last level are of no effect
 * @param multipliers of the width, one per level; each level halves the map of the one before
 * @param heads of attention
 */
public record UnetConfig(
    int channels,
    int conditionChannels,
    int patch,
    int width,
    int residualBlocks,
    Set<Integer> attentionAt,
    List<Integer> multipliers,
    int heads) {

  private static final int GROUPS = 32;

  public UnetConfig {
    attentionAt = Set.copyOf(attentionAt);
    multipliers = List.copyOf(multipliers);
    requirePositive("channels", channels);
    requirePositive("condition channels", conditionChannels);
    requirePositive("patch", patch);
    requirePositive("residual blocks", residualBlocks);
    requirePositive("heads", heads);
    if (width < GROUPS || width % GROUPS != 0) {
      throw new IllegalArgumentException(
          "the width of a U-Net must be a multiple of its 32 groups of channels, was " + width);
    }
    if (multipliers.isEmpty()) {
      throw new IllegalArgumentException("a U-Net has at least one level; give its multiplier");
    }
    for (int multiplier : multipliers) {
      requirePositive("each multiplier of the width", multiplier);
      if (width * multiplier % heads != 0) {
        throw new IllegalArgumentException(
            "heads must divide the width of every level, but "
                + heads
                + " does not divide "
                + width * multiplier);
      }
    }
    for (int smaller : attentionAt) {
      if (smaller < 1 || Integer.bitCount(smaller) != 1) {
        throw new IllegalArgumentException(
            "levels that attend are named by how much smaller they are, 1, 2, 4 and so on, was "
                + smaller);
      }
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, was " + value);
    }
  }

  /**
   * Returns the U-Net of the published decoders, "unet_patched": patches of 4, 256 channels, three
   * blocks in each of four levels of which the last two attend.
   */
  public static UnetConfig published(int channels, int conditionChannels) {
    return new UnetConfig(
        channels, conditionChannels, 4, 256, 3, Set.of(4, 8), List.of(1, 2, 2, 2), 1);
  }

  /** Returns the attending levels in order. */
  public List<Integer> attending() {
    return List.copyOf(new TreeSet<>(attentionAt));
  }

  /** Returns the width of what time becomes. */
  public int momentWidth() {
    return 4 * width;
  }

  /** Returns what heights and widths of pictures must be multiples of: every level halves. */
  public int sizeUnit() {
    return patch << (multipliers.size() - 1);
  }

  /**
   * Refuses a picture that patches and levels do not divide.
   *
   * @throws IllegalArgumentException naming sizes that fit
   */
  public void requireFits(long height, long width) {
    int unit = sizeUnit();
    if (height < unit || height % unit != 0 || width < unit || width % unit != 0) {
      throw new IllegalArgumentException(
          "a U-Net of patches of "
              + patch
              + " and "
              + multipliers.size()
              + " levels takes pictures whose height and width are multiples of "
              + unit
              + ", was given "
              + height
              + " x "
              + width);
    }
  }
}
