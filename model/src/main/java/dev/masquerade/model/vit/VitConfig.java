package dev.masquerade.model.vit;

import dev.masquerade.model.Positions;

/**
 * Dimensions and choices of a vision transformer.
 *
 * @param rows height of the grid, in patches, that the position table is made for
 * @param columns width of that grid
 * @param patchSize edge of a patch in pixels
 * @param channels of the image
 * @param width D, width of every token; divisible by heads, and by 4 for the position table
 * @param depth blocks, at least 1
 * @param heads attention heads
 * @param mlpRatio hidden width of the feed-forward part over D
 * @param qkvBias whether projections to queries, keys and values have biases
 * @param classToken whether a class token stands first
 * @param registerTokens trained tokens that stand before the patches, after the class token
 * @param prefixPositions whether class and register tokens have rows in the position table; fixed
 *     tables hold 0 there
 * @param maskToken whether there is a trained token to stand for masked ones
 * @param positions where the position table comes from
 * @param dropPath largest probability, in {@code [0, 1)}, of skipping a residual branch; grows
 *     linearly from 0 with depth
 * @param pooling what the head sees: the class token after {@code norm}, or the mean after {@code
 *     fc_norm}. A model has one of the two norms
 * @param classes width of the head; 0 for none
 */
public record VitConfig(
    int rows,
    int columns,
    int patchSize,
    int channels,
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    boolean classToken,
    int registerTokens,
    boolean prefixPositions,
    boolean maskToken,
    Positions positions,
    double dropPath,
    Pooling pooling,
    int classes) {

  /** Bounds far above any model, so that a damaged config cannot ask for endless work. */
  private static final int WIDEST = 1 << 16;

  private static final int DEEPEST = 1024;
  private static final int MOST_PLACES = 1 << 20;

  public VitConfig {
    require(rows >= 1, "rows", rows, "at least 1");
    require(columns >= 1, "columns", columns, "at least 1");
    require(
        (long) rows * columns <= MOST_PLACES,
        "rows x columns",
        (long) rows * columns,
        "at most " + MOST_PLACES);
    require(patchSize >= 1 && patchSize <= 1024, "patchSize", patchSize, "in [1, 1024]");
    require(channels >= 1 && channels <= 1024, "channels", channels, "in [1, 1024]");
    require(depth >= 1 && depth <= DEEPEST, "depth", depth, "in [1, " + DEEPEST + "]");
    requireStack("width", width, "heads", heads, "mlpRatio", mlpRatio);
    require(registerTokens >= 0, "registerTokens", registerTokens, "at least 0");
    require(dropPath >= 0 && dropPath < 1, "dropPath", dropPath, "in [0, 1)");
    require(classes >= 0, "classes", classes, "at least 0");
    require(
        pooling != Pooling.MAX || classes == 0,
        "pooling",
        pooling,
        "CLASS_TOKEN or MEAN in a model with a head");
    require(
        pooling != Pooling.CLASS_TOKEN || classes == 0 || classToken,
        "pooling",
        pooling,
        "MEAN in a model with a head and without a class token; or set classToken");
  }

  /** Starts from ViT-B/16 at 224 pixels without a head. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from this configuration. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns L, the places of the grid. */
  public int places() {
    return rows * columns;
  }

  /** Returns P, the tokens before the patches. */
  public int prefixTokens() {
    return (classToken ? 1 : 0) + registerTokens;
  }

  /** Returns how many rows of the position table belong to prefix tokens. */
  public int prefixRows() {
    return prefixPositions ? prefixTokens() : 0;
  }

  /** Returns W, the numbers of one patch. */
  public int patchWidth() {
    return patchSize * patchSize * channels;
  }

  /** Returns the height of an image in pixels. */
  public int height() {
    return rows * patchSize;
  }

  /** Returns the width of an image in pixels. */
  public int imageWidth() {
    return columns * patchSize;
  }

  /** Returns the hidden width of the feed-forward part. */
  public int hiddenWidth() {
    return hiddenWidth(width, mlpRatio);
  }

  /**
   * Returns the whole number below width x ratio, whatever rounding does to a ratio such as 8/3.
   */
  public static int hiddenWidth(int width, double ratio) {
    return (int) (width * ratio + 1e-9);
  }

  /** Says whether the final norm comes after pooling, as {@code fc_norm}. */
  public boolean normAfterPooling() {
    return pooling == Pooling.MEAN;
  }

  /** Returns the probability of skipping a residual branch of block {@code layer}. */
  public double dropPathOf(int layer) {
    return depth < 2 ? 0 : dropPath * layer / (depth - 1);
  }

  /**
   * Refuses a stack of blocks that cannot be.
   *
   * @param widthName what the configuration calls its width
   * @param headsName what it calls its heads
   * @param ratioName what it calls its feed-forward ratio
   */
  public static void requireStack(
      String widthName, int width, String headsName, int heads, String ratioName, double ratio) {
    require(
        width >= 4 && width % 4 == 0 && width <= WIDEST,
        widthName,
        width,
        "a multiple of 4, up to " + WIDEST);
    require(heads >= 1, headsName, heads, "at least 1");
    require(
        width % heads == 0,
        widthName,
        width,
        "divisible by " + headsName + " " + heads + "; change one of the two");
    require(ratio > 0 && ratio <= 64, ratioName, ratio, "greater than 0 and at most 64");
    require(
        hiddenWidth(width, ratio) >= 1, ratioName, ratio, "large enough for a hidden width of 1");
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + allowed + ", was " + value);
    }
  }

  /** Collects a configuration; {@link #build} validates it as a whole. */
  public static final class Builder {
    private int rows = 14;
    private int columns = 14;
    private int patchSize = 16;
    private int channels = 3;
    private int width = 768;
    private int depth = 12;
    private int heads = 12;
    private double mlpRatio = 4;
    private boolean qkvBias = true;
    private boolean classToken = true;
    private int registerTokens;
    private boolean prefixPositions = true;
    private boolean maskToken;
    private Positions positions = Positions.LEARNED;
    private double dropPath;
    private Pooling pooling = Pooling.CLASS_TOKEN;
    private int classes;

    private Builder() {}

    private Builder(VitConfig from) {
      rows = from.rows;
      columns = from.columns;
      patchSize = from.patchSize;
      channels = from.channels;
      width = from.width;
      depth = from.depth;
      heads = from.heads;
      mlpRatio = from.mlpRatio;
      qkvBias = from.qkvBias;
      classToken = from.classToken;
      registerTokens = from.registerTokens;
      prefixPositions = from.prefixPositions;
      maskToken = from.maskToken;
      positions = from.positions;
      dropPath = from.dropPath;
      pooling = from.pooling;
      classes = from.classes;
    }

    /** Sets rows and columns of a grid. */
    public Builder grid(int height, int across) {
      this.rows = height;
      this.columns = across;
      return this;
    }

    /** Sets {@link VitConfig#patchSize()}. */
    public Builder patchSize(int value) {
      this.patchSize = value;
      return this;
    }

    /** Sets {@link VitConfig#channels()}. */
    public Builder channels(int value) {
      this.channels = value;
      return this;
    }

    /** Sets {@link VitConfig#width()}. */
    public Builder width(int value) {
      this.width = value;
      return this;
    }

    /** Sets {@link VitConfig#depth()}. */
    public Builder depth(int value) {
      this.depth = value;
      return this;
    }

    /** Sets {@link VitConfig#heads()}. */
    public Builder heads(int value) {
      this.heads = value;
      return this;
    }

    /** Sets {@link VitConfig#mlpRatio()}. */
    public Builder mlpRatio(double value) {
      this.mlpRatio = value;
      return this;
    }

    /** Sets {@link VitConfig#qkvBias()}. */
    public Builder qkvBias(boolean value) {
      this.qkvBias = value;
      return this;
    }

    /** Sets {@link VitConfig#classToken()}. */
    public Builder classToken(boolean value) {
      this.classToken = value;
      return this;
    }

    /** Sets {@link VitConfig#registerTokens()}. */
    public Builder registerTokens(int value) {
      this.registerTokens = value;
      return this;
    }

    /** Sets {@link VitConfig#prefixPositions()}. */
    public Builder prefixPositions(boolean value) {
      this.prefixPositions = value;
      return this;
    }

    /** Sets {@link VitConfig#maskToken()}. */
    public Builder maskToken(boolean value) {
      this.maskToken = value;
      return this;
    }

    /** Sets {@link VitConfig#positions()}. */
    public Builder positions(Positions value) {
      this.positions = value;
      return this;
    }

    /** Sets {@link VitConfig#dropPath()}. */
    public Builder dropPath(double value) {
      this.dropPath = value;
      return this;
    }

    /** Sets {@link VitConfig#pooling()}. */
    public Builder pooling(Pooling value) {
      this.pooling = value;
      return this;
    }

    /** Sets {@link VitConfig#classes()}. */
    public Builder classes(int value) {
      this.classes = value;
      return this;
    }

    /**
     * Returns the configuration.
     *
     * @throws IllegalArgumentException if its parts do not fit, saying what to change
     */
    public VitConfig build() {
      return new VitConfig(
          rows,
          columns,
          patchSize,
          channels,
          width,
          depth,
          heads,
          mlpRatio,
          qkvBias,
          classToken,
          registerTokens,
          prefixPositions,
          maskToken,
          positions,
          dropPath,
          pooling,
          classes);
    }
  }
}
