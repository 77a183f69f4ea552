package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenCodecs;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.ImageDecoder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Grids of ids that stand for pictures.
 *
 * <p>Members {@code npy} and {@code npz} hold ids found ahead of training: (tokens) or (rows,
 * columns) for one crop, (crops, tokens) or (crops, rows, columns) for several, of which the view's
 * {@code cropIndex} takes one. Where {@code tokenizer} names a {@link FrameCodec}, members {@code
 * jpg}, {@code png} and {@code webp} hold the pictures themselves, tokenised as they are read.
 * Where it names a {@link FeatureCodec}, {@code npy} and {@code npz} of real numbers hold features,
 * tokenised likewise.
 *
 * <p>Reads {@code size} or a grid in the name ({@code tok_semseg@24x40}), {@code patchSize}, {@code
 * vocabularySize}, {@code tokenizer} and the options {@code max_pixels}, {@code resize_tokenizer},
 * which lets a tokenizer that can be used at other sizes than its own, and {@code layout} of
 * features, as {@link FeatureMapModality} does.
 */
final class ImageTokenModality implements Modality {

  private static final String RESIZE = "resize_tokenizer";
  private static final String RESIZE_HINT =
      "Set the option " + RESIZE + " to true if it was trained at several sizes";

  private final int defaultVocabulary;
  private final int defaultPatch;
  private final TokenLayout.@Nullable Grid defaultGrid;
  private final TokenCodecs codecs;

  /**
   * Creates a kind of image tokens.
   *
   * @param defaultVocabulary number of ids where none is declared; 0 demands a declaration
   * @param defaultPatch edge of the patch one id stands for
   * @param defaultGrid grid of a name without a size; null demands one
   * @param codecs opens what {@code tokenizer} names
   */
  ImageTokenModality(
      int defaultVocabulary,
      int defaultPatch,
      TokenLayout.@Nullable Grid defaultGrid,
      TokenCodecs codecs) {
    this.defaultVocabulary = defaultVocabulary;
    this.defaultPatch = defaultPatch;
    this.defaultGrid = defaultGrid;
    this.codecs = codecs;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("max_pixels", RESIZE, FeatureMapModality.LAYOUT);
    int limit = settings.maxPixels();
    TokenCodec codec = settings.tokenizer().map(path -> codec(settings, path)).orElse(null);
    int vocabulary = vocabulary(settings, codec);
    TokenLayout.Grid grid = grid(settings, codec);
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Discrete(vocabulary),
            grid,
            settings.roles().isEmpty() ? Set.of(Role.INPUT, Role.TARGET) : settings.roles());
    StoredIds stored = new StoredIds(spec, vocabulary, grid);
    if (codec instanceof FrameCodec frames) {
      return new FoundIds(stored, frames, frames.frames().reader(limit));
    }
    if (codec instanceof FeatureCodec features) {
      FeatureLayout layout =
          settings.choice(FeatureMapModality.LAYOUT, FeatureLayout.class, FeatureLayout.BY_SHAPE);
      return new FoundInFeatures(
          stored, features, new FeatureReader(codec.channels(), features.features(), layout));
    }
    return codec == null ? stored : new VectorIds(stored, codec);
  }

  /** Opens a tokenizer for the modality's size. */
  private TokenCodec codec(ModalitySettings settings, Path path) {
    TokenCodec opened = codecs.open(path);
    return opened instanceof FrameCodec frames
        ? sized(settings, path, frames.as(settings.name()))
        : arranged(settings, path, opened);
  }

  /** Brings a tokenizer of vectors to the grid that is declared, or to its own where none is. */
  private TokenCodec arranged(ModalitySettings settings, Path path, TokenCodec codec) {
    boolean declared =
        settings.size() > 0 || settings.name().grid().isPresent() || defaultGrid != null;
    TokenLayout.Grid wanted = declared ? declaredGrid(settings) : codec.grid();
    Optional<TokenCodec> other = codec.on(wanted);
    boolean allowed = wanted.places() == codec.grid().places() || settings.flag(RESIZE, false);
    if (other.isPresent() && allowed) {
      return other.get();
    }
    throw new InvalidSettingsException(
        "size",
        settings.name()
            + " has a grid of "
            + describe(wanted)
            + " ids, but its tokenizer "
            + path
            + " was made for "
            + describe(codec.grid())
            + (other.isPresent() ? ". " + RESIZE_HINT : ""));
  }

  private static String describe(TokenLayout.Grid grid) {
    return grid.rows() + " x " + grid.columns();
  }

  /** Brings a tokenizer of frames to the size that is declared. */
  private static FrameCodec sized(ModalitySettings settings, Path path, FrameCodec codec) {
    Optional<FrameSize> wanted = size(settings, codec);
    if (wanted.isEmpty() || wanted.get().equals(codec.frames().size())) {
      return codec;
    }
    Optional<FrameCodec> resized = codec.at(wanted.get());
    if (resized.isPresent() && settings.flag(RESIZE, false)) {
      return resized.get();
    }
    requireWholePatches(settings, path, codec, wanted.get());
    throw new InvalidSettingsException(
        "size",
        settings.name()
            + " has frames of "
            + describe(wanted.get())
            + " pixels, but its tokenizer "
            + path
            + " was made for "
            + describe(codec.frames().size())
            + (resized.isPresent() ? ". " + RESIZE_HINT : ""));
  }

  /** Refuses frames that a tokenizer of many sizes cannot cut into its patches. */
  private static void requireWholePatches(
      ModalitySettings settings, Path path, FrameCodec codec, FrameSize wanted) {
    int patch = codec.frames().patchSize();
    FrameSize below =
        new FrameSize(multiple(wanted.height(), patch), multiple(wanted.width(), patch));
    FrameSize above = new FrameSize(below.height() + patch, below.width() + patch);
    // One that was made for a single size takes at most one of the two.
    boolean manySizes = codec.at(below).isPresent() && codec.at(above).isPresent();
    if (!below.equals(wanted) && manySizes) {
      throw new InvalidSettingsException(
          "size",
          settings.name()
              + " has frames of "
              + describe(wanted)
              + " pixels, which is no multiple of the patch size "
              + patch
              + " of its tokenizer "
              + path
              + ". Choose "
              + describe(below)
              + " or "
              + describe(above));
    }
  }

  private static int multiple(int edge, int patch) {
    return Math.max(1, edge / patch) * patch;
  }

  /** Returns the size of frames that a name or a declaration asks for. */
  private static Optional<FrameSize> size(ModalitySettings settings, FrameCodec codec) {
    int patch = codec.frames().patchSize();
    if (settings.size() > 0) {
      return Optional.of(new FrameSize(settings.size(), settings.size()));
    }
    int books = codec.codebooks();
    Optional<TokenLayout.Grid> named = settings.name().grid();
    if (named.isPresent() && named.get().rows() % books != 0) {
      throw new InvalidSettingsException(
          "size",
          settings.name()
              + " has "
              + named.get().rows()
              + " rows of ids, but its tokenizer makes "
              + books
              + " of each row of patches. Name a multiple of "
              + books);
    }
    return named.map(grid -> new FrameSize(grid.rows() / books * patch, grid.columns() * patch));
  }

  private static String describe(FrameSize size) {
    return size.height() == size.width()
        ? String.valueOf(size.width())
        : size.width() + " x " + size.height();
  }

  private int vocabulary(ModalitySettings settings, @Nullable TokenCodec codec) {
    int declared = settings.vocabularySize();
    if (codec != null) {
      if (declared != 0 && declared != codec.vocabularySize()) {
        throw new InvalidSettingsException(
            "vocabulary_size",
            settings.name()
                + " declares "
                + declared
                + " ids, but its tokenizer has "
                + codec.vocabularySize()
                + ". Leave vocabulary_size out");
      }
      return codec.vocabularySize();
    }
    if (declared == 0 && defaultVocabulary == 0) {
      throw new InvalidSettingsException(
          "vocabulary_size", settings.name() + " needs the number of its ids, or a tokenizer");
    }
    return declared == 0 ? defaultVocabulary : declared;
  }

  private TokenLayout.Grid grid(ModalitySettings settings, @Nullable TokenCodec codec) {
    if (codec instanceof FrameCodec frames) {
      int patch = frames.frames().patchSize();
      if (settings.patchSize() != 0 && settings.patchSize() != patch) {
        throw new InvalidSettingsException(
            "patch_size",
            settings.name()
                + " has patches of "
                + settings.patchSize()
                + " pixels, but its tokenizer of "
                + patch);
      }
    }
    return codec == null ? declaredGrid(settings) : codec.grid();
  }

  /** Returns the grid that a name, a declaration or the kind says. */
  private TokenLayout.Grid declaredGrid(ModalitySettings settings) {
    Optional<TokenLayout.Grid> named = settings.name().grid();
    if (named.isPresent()) {
      return named.get();
    }
    int patch = settings.patchSize() == 0 ? defaultPatch : settings.patchSize();
    if (settings.size() == 0 && defaultGrid != null) {
      return defaultGrid;
    }
    if (settings.size() == 0 || settings.size() % patch != 0) {
      throw new InvalidSettingsException(
          "size",
          settings.size() == 0
              ? settings.name()
                  + " needs a size in pixels: set it, or name it "
                  + settings.name().base()
                  + "@224"
              : "the size " + settings.size() + " is no multiple of the patch size " + patch);
    }
    return new TokenLayout.Grid(settings.size() / patch, settings.size() / patch);
  }

  /** Reads ids found ahead of training. */
  private record StoredIds(ModalitySpec spec, int vocabulary, TokenLayout.Grid grid)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("npy", "npz");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return decode(FeatureReader.array(bytes, extension));
    }

    DecodedModality decode(NpyArray array) throws BadSampleException {
      return new DecodedIds(this, array, crops(array));
    }

    private int crops(NpyArray array) throws BadSampleException {
      int rank = array.rank();
      int tokens = grid.places();
      if (rank == 1 && array.dimension(0) == tokens) {
        return 1;
      }
      if (rank == 2 && array.dimension(1) == tokens && array.dimension(0) > 0) {
        return array.dimension(0);
      }
      boolean grids =
          rank >= 2
              && array.dimension(rank - 2) == grid.rows()
              && array.dimension(rank - 1) == grid.columns();
      if (rank == 2 && grids) {
        return 1;
      }
      if (rank == 3 && grids && array.dimension(0) > 0) {
        return array.dimension(0);
      }
      throw new BadSampleException(
          "ids of shape "
              + array.shape()
              + " do not fit "
              + grid.rows()
              + " x "
              + grid.columns()
              + " tokens; write (tokens), (crops, tokens), (rows, columns) or (crops, rows,"
              + " columns)");
    }
  }

  private record DecodedIds(StoredIds tokenizer, NpyArray array, int crops)
      implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public int storedCrops() {
      return crops;
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      if (view.cropIndex() >= crops) {
        throw new BadSampleException(
            "crop "
                + view.cropIndex()
                + " was asked for, but ids of only "
                + crops
                + " are stored");
      }
      int tokens = tokenizer.grid().places();
      return new TokenizedModality.IdGrid(
          array.ids(view.cropIndex() * tokens, tokens, tokenizer.vocabulary()));
    }
  }

  /** Finds ids where pictures are stored. */
  private record FoundIds(StoredIds stored, FrameCodec frameCodec, FrameReader reader)
      implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return stored.spec();
    }

    @Override
    public Set<String> extensions() {
      Set<String> all = new HashSet<>(ImageDecoder.EXTENSIONS);
      all.addAll(stored.extensions());
      return Set.copyOf(all);
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return stored.extensions().contains(extension)
          ? stored.decode(bytes, extension)
          : new DecodedPicture(frameCodec, reader.decode(bytes));
    }

    @Override
    public Optional<TokenCodec> codec() {
      return Optional.of(frameCodec);
    }
  }

  /** Reads ids found ahead of training, and says what vectors they stand for. */
  private record VectorIds(StoredIds stored, TokenCodec vectors) implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return stored.spec();
    }

    @Override
    public Set<String> extensions() {
      return stored.extensions();
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return stored.decode(bytes, extension);
    }

    @Override
    public Optional<TokenCodec> codec() {
      return Optional.of(vectors);
    }
  }

  /** Finds ids where features are stored. */
  private record FoundInFeatures(StoredIds stored, FeatureCodec features, FeatureReader reader)
      implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return stored.spec();
    }

    @Override
    public Set<String> extensions() {
      return stored.extensions();
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      NpyArray array = FeatureReader.array(bytes, extension);
      return array.type().isReal()
          ? new DecodedFeatures(features, reader.read(array))
          : stored.decode(array);
    }

    @Override
    public Optional<TokenCodec> codec() {
      return Optional.of(features);
    }
  }

  private record DecodedFeatures(FeatureCodec codec, StoredFeatures features)
      implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public int storedCrops() {
      return features.crops();
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      return new TokenizedModality.IdGrid(codec.encode(features.planes(view.cropIndex())));
    }

    @Override
    public Optional<Planes> planes(View view) throws BadSampleException {
      return Optional.of(features.planes(view.cropIndex()));
    }
  }

  private record DecodedPicture(FrameCodec codec, StoredFrame picture) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.of(picture.size());
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      boolean classes =
          codec.frames().content() == FrameContent.CLASSES && !codec.takesClassNumbers();
      return new TokenizedModality.IdGrid(
          classes
              ? codec.encodeClasses(picture.classes(view))
              : codec.encode(picture.content(view, codec)));
    }

    @Override
    public Optional<Planes> content(View view) throws BadSampleException {
      return Optional.of(picture.content(view, codec));
    }

    @Override
    public Optional<Planes> planes(View view) throws BadSampleException {
      return Optional.of(picture.planes(view));
    }
  }
}
