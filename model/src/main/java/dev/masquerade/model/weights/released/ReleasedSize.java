package dev.masquerade.model.weights.released;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The sizes in which MAE was released, and the files of each. */
public enum ReleasedSize {
  /** 12 blocks of width 768. */
  BASE(768, 12, 12),
  /** 24 blocks of width 1024. */
  LARGE(1024, 24, 16),
  /** 32 blocks of width 1280. */
  HUGE(1280, 32, 16);

  private final long width;
  private final int depth;
  private final int heads;

  ReleasedSize(long width, int depth, int heads) {
    this.width = width;
    this.depth = depth;
    this.heads = heads;
  }

  /** Finds the size with these dimensions. */
  public static Optional<ReleasedSize> of(long width, int depth) {
    return Arrays.stream(values())
        .filter(size -> size.width == width && size.depth == depth)
        .findFirst();
  }

  /** Returns the number of attention heads, which shapes do not tell. */
  public int heads() {
    return heads;
  }

  /** Returns the files with encoder and decoder: raw pixels first, then normalised ones. */
  public List<String> decoderFiles() {
    return List.of(
        "mae_visualize_vit_" + title() + ".pth", "mae_pretrain_vit_" + title() + "_full.pth");
  }

  /** Returns the name as it stands in files. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
