package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.FrameFormat;
import java.util.List;
import java.util.Optional;

/**
 * A network as a tokenizer of frames of one size. Frames of other sizes share the network. Safe for
 * use by several threads, of which one computes at a time: an operation already uses all
 * processors.
 */
final class NetworkCodec implements FrameCodec {

  private static final int BATCH = 32;

  private final LoadedNetwork network;
  private final FrameRange range;
  private final FrameFormat format;
  private final int codebooks;

  /**
   * Takes a network.
   *
   * @param codebooks H, ids of a place
   */
  NetworkCodec(LoadedNetwork network, FrameRange range, FrameFormat format, int codebooks) {
    this.network = network;
    this.range = range;
    this.format = format;
    this.codebooks = codebooks;
  }

  @Override
  public FrameFormat frames() {
    return format;
  }

  @Override
  public int vocabularySize() {
    return network.vocabularySize();
  }

  @Override
  public int codebooks() {
    return codebooks;
  }

  @Override
  public TokenLayout.Grid grid() {
    TokenLayout.Grid places = places();
    return new TokenLayout.Grid(codebooks * places.rows(), places.columns());
  }

  private TokenLayout.Grid places() {
    return new TokenLayout.Grid(
        format.size().height() / format.patchSize(), format.size().width() / format.patchSize());
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
  public Optional<FrameCodec> at(FrameSize size) {
    boolean whole =
        size.height() % format.patchSize() == 0 && size.width() % format.patchSize() == 0;
    return whole
        ? Optional.of(
            new NetworkCodec(
                network,
                range,
                format(format.content(), format.classes(), size, format.patchSize()),
                codebooks))
        : Optional.empty();
  }

  @Override
  public FrameCodec as(ModalityName name) {
    FrameRange other = range.as(name);
    return other.equals(range)
        ? this
        : new NetworkCodec(
            network,
            other,
            format(other.content(), format.classes(), format.size(), format.patchSize()),
            codebooks);
  }

  /** Describes frames as networks take them: of depth, each brought to mean 0 and variance 1. */
  static FrameFormat format(FrameContent content, int classes, FrameSize size, int patchSize) {
    return new FrameFormat(content, classes, 1, content == FrameContent.DEPTH, size, patchSize);
  }

  @Override
  public boolean takesClassNumbers() {
    return format.content() == FrameContent.CLASSES;
  }

  @Override
  public int[] encodeClasses(char[] numbers) {
    Planes frame = Planes.zeros(1, format.size().height(), format.size().width());
    if (numbers.length != frame.values().length) {
      throw new IllegalArgumentException(
          "a frame of "
              + frame.height()
              + " x "
              + frame.width()
              + " has a class per pixel, but "
              + numbers.length
              + " were given");
    }
    for (int pixel = 0; pixel < numbers.length; pixel++) {
      frame.values()[pixel] = numbers[pixel];
    }
    return encode(frame);
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
    for (Planes frame : frames) {
      boolean fits =
          (frame.channels() == format.channels() || takesClassNumbers() && frame.channels() == 1)
              && frame.height() == format.size().height()
              && frame.width() == format.size().width();
      if (!fits) {
        throw new IllegalArgumentException(
            "a tokenizer of "
                + format.channels()
                + " planes of "
                + format.size().height()
                + " x "
                + format.size().width()
                + " was given "
                + frame.channels()
                + " of "
                + frame.height()
                + " x "
                + frame.width());
      }
    }
    List<Planes> ready = frames.stream().map(range::toNetwork).toList();
    return List.of(network.call(loaded -> loaded.encode(ready)));
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
    return network.call(loaded -> loaded.decode(rows, places())).stream()
        .map(range::fromNetwork)
        .toList();
  }

  @Override
  public Planes decodeExpected(float[] probabilities) {
    return range.fromNetwork(
        network.call(loaded -> loaded.decodeExpected(probabilities, places())));
  }
}
