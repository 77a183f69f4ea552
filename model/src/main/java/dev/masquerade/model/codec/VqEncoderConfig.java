package dev.masquerade.model.codec;

/**
 * The half of a tokenizer that makes ids: what it sees, its encoder, and its quantizer.
 *
 * @param channels C, numbers per pixel; of a class map the width of its class embedding
 * @param classes of a class map, whose pixels are embedded before anything else; 0 for numbers
 * @param rows h, height of the grid that positions are made for
 * @param columns w, width of that grid
 * @param patchSize p, edge of a patch in pixels; 1 for feature maps and point-wise networks, whose
 *     pixels are places
 * @param encoder what turns patches into tokens
 * @param latentWidth d, numbers of a latent
 * @param quantizer what turns latents into ids
 * @param undoStandardisation whether colours that were standardised by ImageNet's statistics are
 *     brought to {@code [-1, 1]} first
 */
public record VqEncoderConfig(
    int channels,
    int classes,
    int rows,
    int columns,
    int patchSize,
    CoderShape encoder,
    int latentWidth,
    QuantizerConfig quantizer,
    boolean undoStandardisation) {

  private static final int MOST_PLACES = 1 << 20;

  public VqEncoderConfig {
    CodecBounds.require(
        channels >= 1 && channels <= 1 << 16, "channels", channels, "in [1, 65536]");
    CodecBounds.require(classes >= 0 && classes <= 255, "classes", classes, "in [0, 255]");
    CodecBounds.require(rows >= 1 && rows <= MOST_PLACES, "rows", rows, "at least 1");
    CodecBounds.require(columns >= 1 && columns <= MOST_PLACES, "columns", columns, "at least 1");
    CodecBounds.require(
        (long) rows * columns <= MOST_PLACES,
        "rows x columns",
        (long) rows * columns,
        "at most " + MOST_PLACES);
    CodecBounds.require(
        patchSize >= 1 && patchSize <= 1024, "patchSize", patchSize, "in [1, 1024]");
    CodecBounds.require(
        latentWidth >= 1 && latentWidth <= 1 << 16, "latentWidth", latentWidth, "in [1, 65536]");
    CodecBounds.require(
        latentWidth % quantizer.codebooks() == 0,
        "latentWidth",
        latentWidth,
        "divisible by the "
            + quantizer.codebooks()
            + " codebooks, each of which sees its own share of a latent");
    if (encoder instanceof CoderShape.PointWise && patchSize != 1) {
      throw new IllegalArgumentException(
          "a point-wise encoder maps every pixel by itself: patchSize must be 1, was " + patchSize);
    }
    if (undoStandardisation && (channels != 3 || classes > 0)) {
      throw new IllegalArgumentException(
          "undoStandardisation is about the 3 channels of colours, but there are "
              + (classes > 0 ? classes + " classes" : channels + " channels")
              + ". Set it to false");
    }
    if (quantizer instanceof QuantizerConfig.FiniteScalar scalar
        && scalar.levels().size() != latentWidth) {
      throw new IllegalArgumentException(
          "latentWidth gives "
              + latentWidth
              + " numbers, but the quantizer takes "
              + scalar.levels().size()
              + ", one per entry of levels "
              + scalar.levels()
              + ". Set latentWidth to "
              + scalar.levels().size()
              + ", or change levels");
    }
  }

  /** Says whether content is a map of classes. */
  public boolean ofClasses() {
    return classes > 0;
  }

  /** Returns L, the places of the grid. */
  public int places() {
    return rows * columns;
  }

  /** Returns W, the numbers of one patch as the encoder takes it. */
  public int patchWidth() {
    return patchSize * patchSize * channels;
  }

  /** Returns the numbers that are predicted for one pixel: channels, or a score per class. */
  public int predictedChannels() {
    return ofClasses() ? classes : channels;
  }

  /** Returns the same for another grid. */
  public VqEncoderConfig withGrid(int height, int width) {
    return new VqEncoderConfig(
        channels,
        classes,
        height,
        width,
        patchSize,
        encoder,
        latentWidth,
        quantizer,
        undoStandardisation);
  }
}
