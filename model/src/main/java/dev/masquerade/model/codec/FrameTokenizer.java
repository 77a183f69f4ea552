package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A learned tokenizer in use, whatever its decoder. Frames are what the modality's patches are cut
 * from, as the network sees them: numbers normalised by the modality's statistics, or classes.
 * Frames of any size that patches divide are taken; a frame of h x w places becomes H x h x w ids,
 * codebook after codebook, each row by row.
 *
 * <p>What it makes of a frame does not depend on the frames beside it, within rounding. Used by one
 * thread at a time.
 */
public abstract class FrameTokenizer implements AutoCloseable {

  private final ModalitySpec image;
  private final VqEncoderConfig tokens;
  private final KernelModule kernels;
  private final Parameters parameters;
  private final VqEncoder encoder;
  private final Quantizer quantizer;
  private final Precision precision;
  private final int placesAtOnce;
  private final @Nullable ColourRange colours;

  /**
   * Composes the half that makes ids.
   *
   * @param image what becomes ids
   * @param kernels the model's with {@code Kernels.CODEC} beside them; closed by the subclass
   * @param placesAtOnce computed at once: enough for full speed, few enough for little memory
   */
  protected FrameTokenizer(
      ModalitySpec image,
      VqEncoderConfig tokens,
      KernelModule kernels,
      Parameters parameters,
      VqEncoder encoder,
      Quantizer quantizer,
      Precision precision,
      int placesAtOnce) {
    this.image = image;
    this.tokens = tokens;
    this.kernels = kernels;
    this.parameters = parameters;
    this.encoder = encoder;
    this.quantizer = quantizer;
    this.precision = precision;
    this.placesAtOnce = placesAtOnce;
    this.colours =
        tokens.undoStandardisation() ? new ColourRange(kernels, parameters.manager()) : null;
  }

  /** Returns what tokenizer it is. */
  public abstract TokenizerDescription description();

  /**
   * Decodes.
   *
   * @param latents (K, d) quantised
   * @param rows B
   * @param contents (B) digests of the ids that latents stand for: what a decoder that draws is
   *     seeded with
   * @return (K, p x p x C) numbers in the range that the encoder sees, or scores of classes
   */
  protected abstract NDArray patches(
      NDArray latents, int rows, TokenLayout.Grid grid, long[] contents, StepScope scope);

  /** Returns V, how many ids there are in each codebook. */
  public final int vocabularySize() {
    return quantizer.codes();
  }

  /** Returns H, how many ids each place becomes. */
  public final int codebooks() {
    return quantizer.codebooks();
  }

  /** Returns the grid of ids of a frame of the modality's size. */
  public final TokenLayout.Grid grid() {
    return CodecImage.grid(tokens, image);
  }

  /**
   * Returns the grid of a frame.
   *
   * @throws IllegalArgumentException if the tokenizer cannot take it, saying why
   */
  public final TokenLayout.Grid grid(Planes frame) {
    int edge = tokens.patchSize();
    int planes = tokens.predictedChannels();
    boolean classes = tokens.ofClasses() && frame.channels() == 1;
    if (frame.channels() != planes && !classes) {
      throw new IllegalArgumentException(
          "the tokenizer of "
              + image.name()
              + " takes frames of "
              + (tokens.ofClasses()
                  ? "1 plane of classes, or " + planes + " planes with a score of each"
                  : planes + " planes")
              + ", was given "
              + frame.channels());
    }
    if (frame.height() % edge != 0
        || frame.width() % edge != 0
        || frame.height() == 0
        || frame.width() == 0) {
      throw new IllegalArgumentException(
          "a frame of "
              + frame.height()
              + " x "
              + frame.width()
              + " does not divide into patches of "
              + edge
              + "; resize or crop it to multiples of "
              + edge);
    }
    return new TokenLayout.Grid(frame.height() / edge, frame.width() / edge);
  }

  /**
   * Finds the ids of frames, which may differ in size.
   *
   * @param frames of normalised numbers; or of one plane of classes, {@link
   *     TokenSpace.ClassPatches#NO_CLASS} where a pixel has none, or of a score per class
   * @return for each frame (H x h x w) ids
   */
  public final int[][] encode(List<Planes> frames) {
    int[][] ids = new int[frames.size()][];
    int first = 0;
    while (first < frames.size()) {
      TokenLayout.Grid grid = grid(frames.get(first));
      int last = first + 1;
      int most = Math.max(1, placesAtOnce / grid.places());
      while (last < frames.size() && last - first < most && grid(frames.get(last)).equals(grid)) {
        last++;
      }
      try (StepScope scope = StepScope.open(parameters.manager())) {
        NDArray patches = cut(frames.subList(first, last), grid, scope);
        NDArray latents = latents(patches, last - first, grid, scope);
        long[] found = quantise(latents, scope).ids().toLongArray(); // (K, H)
        for (int row = first; row < last; row++) {
          ids[row] = arrange(found, (row - first) * grid.places(), grid.places());
        }
      }
      first = last;
    }
    return ids;
  }

  /** From (K, H) to (H, L) of one frame. */
  private int[] arrange(long[] found, int from, int places) {
    int books = codebooks();
    int[] ids = new int[books * places];
    for (int place = 0; place < places; place++) {
      for (int book = 0; book < books; book++) {
        ids[book * places + place] = (int) found[(from + place) * books + book];
      }
    }
    return ids;
  }

  /**
   * Rebuilds frames of the modality's size.
   *
   * @param ids for each frame (H x h x w) ids
   */
  public final List<Planes> decode(int[][] ids) {
    return decode(ids, grid());
  }

  /**
   * Rebuilds frames.
   *
   * @param ids for each frame (H x h x w) ids
   * @return normalised numbers like those that are encoded, or a plane of likelihoods per class
   * @throws IllegalArgumentException if there are too few or too many ids, or one does not exist
   */
  public final List<Planes> decode(int[][] ids, TokenLayout.Grid grid) {
    int books = codebooks();
    int places = grid.places();
    int codes = vocabularySize();
    for (int row = 0; row < ids.length; row++) {
      if (ids[row].length != books * places) {
        throw new IllegalArgumentException(
            "frame "
                + row
                + " of "
                + grid.rows()
                + " x "
                + grid.columns()
                + " places needs "
                + books * places
                + " ids, was given "
                + ids[row].length);
      }
      for (int id : ids[row]) {
        if (id < 0 || id >= codes) {
          throw new IllegalArgumentException(
              "frame " + row + " holds the id " + id + ", which is not in [0, " + codes + ")");
        }
      }
    }
    List<Planes> frames = new ArrayList<>();
    int most = Math.max(1, placesAtOnce / places);
    for (int first = 0; first < ids.length; first += most) {
      int rows = Math.min(most, ids.length - first);
      long[] flat = new long[rows * places * books];
      long[] contents = new long[rows];
      for (int row = 0; row < rows; row++) {
        contents[row] = contentOf(ids[first + row]);
        for (int place = 0; place < places; place++) {
          for (int book = 0; book < books; book++) {
            flat[(row * places + place) * books + book] = ids[first + row][book * places + place];
          }
        }
      }
      try (StepScope scope = StepScope.open(parameters.manager())) {
        NDArray chosen = scope.manager().create(flat, new Shape((long) rows * places, books));
        frames.addAll(rebuild(embed(chosen, scope), rows, grid, contents, scope));
      }
    }
    return frames;
  }

  /**
   * Rebuilds the frame of the expected latent under a distribution over ids at every place.
   *
   * @param probabilities (H, L, V) numbers, each row summing to 1
   */
  public final Planes decodeExpected(float[] probabilities, TokenLayout.Grid grid) {
    int books = codebooks();
    int places = grid.places();
    int codes = vocabularySize();
    if (probabilities.length != (long) books * places * codes) {
      throw new IllegalArgumentException(
          "distributions over "
              + codes
              + " ids at "
              + books * places
              + " places are "
              + (long) books * places * codes
              + " numbers, were given "
              + probabilities.length);
    }
    float[] byPlace = probabilities;
    if (books > 1) {
      byPlace = new float[probabilities.length];
      for (int place = 0; place < places; place++) {
        for (int book = 0; book < books; book++) {
          System.arraycopy(
              probabilities,
              (book * places + place) * codes,
              byPlace,
              (place * books + book) * codes,
              codes);
        }
      }
    }
    float[] given = byPlace;
    try (StepScope scope = StepScope.open(parameters.manager())) {
      NDArray latents =
          kernels.withoutGradients(
              () ->
                  call(
                      scope,
                      "expected_rows",
                      scope.manager().create(given, new Shape(places, (long) books * codes)),
                      quantizer.table(scope)));
      long[] content = {contentOf(likeliest(probabilities, codes))};
      return rebuild(latents, 1, grid, content, scope).get(0);
    }
  }

  /** Returns frames of one size as patches: (K, W) numbers, or (K, p x p) classes as int64. */
  private NDArray cut(List<Planes> frames, TokenLayout.Grid grid, StepScope scope) {
    int height = grid.rows() * tokens.patchSize();
    int width = grid.columns() * tokens.patchSize();
    int channels = tokens.ofClasses() ? 1 : tokens.channels();
    int each = channels * height * width;
    Shape shape = new Shape(frames.size(), channels, height, width);
    NDArray planes;
    if (tokens.ofClasses()) {
      long[] classes = new long[frames.size() * each];
      for (int row = 0; row < frames.size(); row++) {
        classes(frames.get(row), classes, row * each);
      }
      planes = scope.manager().create(classes, shape);
    } else {
      float[] values = new float[frames.size() * each];
      for (int row = 0; row < frames.size(); row++) {
        System.arraycopy(frames.get(row).values(), 0, values, row * each, each);
      }
      planes = scope.manager().create(values, shape);
    }
    return cut(planes, scope);
  }

  private void classes(Planes frame, long[] target, int at) {
    int pixels = frame.height() * frame.width();
    float[] values = frame.values();
    for (int pixel = 0; pixel < pixels; pixel++) {
      int best = 0;
      if (frame.channels() == 1) {
        best = Math.round(values[pixel]);
        if ((best < 0 || best >= tokens.classes()) && best != TokenSpace.ClassPatches.NO_CLASS) {
          throw new IllegalArgumentException(
              "a pixel has the class "
                  + best
                  + ", which is neither in [0, "
                  + tokens.classes()
                  + ") nor "
                  + TokenSpace.ClassPatches.NO_CLASS
                  + " for none");
        }
      } else {
        for (int c = 1; c < frame.channels(); c++) {
          if (values[c * pixels + pixel] > values[best * pixels + pixel]) {
            best = c;
          }
        }
      }
      target[at + pixel] = best;
    }
  }

  /** Cuts images (B, C, height, width) into patches (K, p x p x C), channel fastest. */
  final NDArray cut(NDArray planes, StepScope scope) {
    return kernels.withoutGradients(() -> call(scope, "cut_patches", planes, tokens.patchSize()));
  }

  /**
   * Returns the latents of patches.
   *
   * @param patches (K, W) normalised numbers, or (K, p x p) classes as int64
   * @return (K, d) float32, owned by the scope
   */
  final NDArray latents(NDArray patches, int rows, TokenLayout.Grid grid, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Arithmetic arithmetic = arithmetic(grid);
          NDArray prepared = encoder.prepare(patches, scope);
          return encoder.latents(prepared, rows, grid, arithmetic, null, scope);
        });
  }

  /** Returns ids (K, H) of latents, and what the decoder is given for them. */
  final Quantized quantise(NDArray latents, StepScope scope) {
    return quantizer.quantise(latents, scope);
  }

  /** Returns what the decoder is given for ids (K, H): (K, d). */
  final NDArray embed(NDArray ids, StepScope scope) {
    return kernels.withoutGradients(() -> quantizer.embed(ids, scope));
  }

  private List<Planes> rebuild(
      NDArray latents, int rows, TokenLayout.Grid grid, long[] contents, StepScope scope) {
    float[] values =
        kernels
            .withoutGradients(
                () ->
                    join(
                        finish(patches(latents, rows, grid, contents, scope), scope),
                        rows,
                        grid,
                        scope))
            .toFloatArray(); // (B, C, height, width)
    int channels = tokens.predictedChannels();
    int height = grid.rows() * tokens.patchSize();
    int width = grid.columns() * tokens.patchSize();
    List<Planes> frames = new ArrayList<>();
    int each = channels * height * width;
    for (int row = 0; row < rows; row++) {
      float[] frame = new float[each];
      System.arraycopy(values, row * each, frame, 0, each);
      frames.add(new Planes(channels, height, width, frame));
    }
    return frames;
  }

  private NDArray finish(NDArray patches, StepScope scope) {
    if (tokens.ofClasses()) {
      return call(scope, "class_shares", patches, tokens.classes());
    }
    return colours == null ? patches : colours.redo(patches, scope);
  }

  /** Joins patches (K, p x p x C) to images (B, C, height, width). */
  final NDArray join(NDArray patches, int rows, TokenLayout.Grid grid, StepScope scope) {
    return kernels.withoutGradients(
        () ->
            call(
                scope,
                "join_patches",
                patches,
                rows,
                grid.rows(),
                grid.columns(),
                tokens.patchSize()));
  }

  /** Returns the likeliest id of every distribution. */
  private static int[] likeliest(float[] probabilities, int codes) {
    int[] ids = new int[probabilities.length / codes];
    for (int i = 0; i < ids.length; i++) {
      int best = 0;
      for (int code = 1; code < codes; code++) {
        if (probabilities[i * codes + code] > probabilities[i * codes + best]) {
          best = code;
        }
      }
      ids[i] = best;
    }
    return ids;
  }

  /** Returns a digest of ids, by FNV-1a over their numbers. */
  static long contentOf(int[] ids) {
    long hash = 0xcbf29ce484222325L;
    for (int id : ids) {
      hash = (hash ^ id) * 0x100000001b3L;
    }
    return hash;
  }

  /** Returns in which dtypes frames of a grid are computed. */
  protected final Arithmetic arithmetic(TokenLayout.Grid grid) {
    return Arithmetic.of(precision, parameters.device(), grid.places());
  }

  /** Calls a kernel that gives one array, owned by the scope. */
  protected final NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public abstract void close();
}
