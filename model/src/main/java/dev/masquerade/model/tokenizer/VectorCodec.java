package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FeatureCodec;
import java.util.List;
import java.util.Optional;

/**
 * A network as a tokenizer of what no picture holds: feature maps, global embeddings and poses.
 * Planes hold a vector per place, in the network's own numbers. The grid of h x w places and H
 * codebooks is one of H x h rows, codebook after codebook; any other of as many ids is read row by
 * row. Safe for use by several threads.
 */
final class VectorCodec implements FeatureCodec {

  private static final int BATCH = 32;

  private final LoadedNetwork network;
  private final Shape shape;
  private final TokenLayout.Grid places;
  private final TokenLayout.Grid grid;

  /**
   * What does not change with the grid.
   *
   * @param channels C, planes
   * @param patchSize edge of what a place stands for; 1 where places are vectors
   * @param codebooks H, ids of a place
   * @param pointWise whether places do not see each other, so that any number of them will do
   */
  record Shape(int channels, int patchSize, int codebooks, boolean pointWise) {}

  /** Takes a network on a grid of places. */
  VectorCodec(LoadedNetwork network, Shape shape, TokenLayout.Grid places) {
    this(
        network,
        shape,
        places,
        new TokenLayout.Grid(shape.codebooks() * places.rows(), places.columns()));
  }

  private VectorCodec(
      LoadedNetwork network, Shape shape, TokenLayout.Grid places, TokenLayout.Grid grid) {
    this.network = network;
    this.shape = shape;
    this.places = places;
    this.grid = grid;
  }

  @Override
  public int vocabularySize() {
    return network.vocabularySize();
  }

  @Override
  public TokenLayout.Grid grid() {
    return grid;
  }

  @Override
  public int codebooks() {
    return shape.codebooks();
  }

  @Override
  public int channels() {
    return shape.channels();
  }

  @Override
  public FrameSize features() {
    return new FrameSize(places.rows() * shape.patchSize(), places.columns() * shape.patchSize());
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public String fingerprint() {
    return network.fingerprint();
  }

  @Override
  public Optional<TokenCodec> on(TokenLayout.Grid other) {
    int books = shape.codebooks();
    if (books == 1) {
      return arranged(other, other);
    }
    if (other.places() == books * places.places()) {
      return arranged(places, other);
    }
    if (other.rows() % books == 0) {
      return arranged(new TokenLayout.Grid(other.rows() / books, other.columns()), other);
    }
    return shape.pointWise() && other.places() % books == 0
        ? arranged(new TokenLayout.Grid(other.places() / books, 1), other)
        : Optional.empty();
  }

  private Optional<TokenCodec> arranged(TokenLayout.Grid mine, TokenLayout.Grid other) {
    return Optional.of(new VectorCodec(network, shape, mine, other));
  }

  @Override
  public int[] encode(Planes frame) {
    return encodeAll(List.of(frame)).get(0);
  }

  @Override
  public List<int[]> encodeAll(List<Planes> frames) {
    if (frames.isEmpty()) {
      return List.of();
    }
    int height = places.rows() * shape.patchSize();
    int width = places.columns() * shape.patchSize();
    for (Planes frame : frames) {
      if (frame.channels() != shape.channels()
          || frame.height() != height
          || frame.width() != width) {
        throw new IllegalArgumentException(
            "a tokenizer of vectors, "
                + shape.channels()
                + " planes of "
                + height
                + " x "
                + width
                + ", was given "
                + frame.channels()
                + " of "
                + frame.height()
                + " x "
                + frame.width()
                + "; compute them with the network that it was trained on");
      }
    }
    return List.of(network.call(loaded -> loaded.encode(frames)));
  }

  @Override
  public Planes decode(int[] ids) {
    return decodeAll(List.of(ids)).get(0);
  }

  @Override
  public List<Planes> decodeAll(List<int[]> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    int[][] rows = ids.toArray(int[][]::new);
    return network.call(loaded -> loaded.decode(rows, places));
  }

  @Override
  public Planes decodeExpected(float[] probabilities) {
    return network.call(loaded -> loaded.decodeExpected(probabilities, places));
  }
}
