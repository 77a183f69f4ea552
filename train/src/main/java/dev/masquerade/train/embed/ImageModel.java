package dev.masquerade.train.embed;

import ai.djl.Device;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.byol.TwoViews;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.model.weights.released.RecognisedWeights;
import dev.masquerade.model.weights.released.ReleasedSize;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.PrecisionChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A trained model of images with its weights on a device: an encoder, maybe with a decoder. */
public final class ImageModel implements AutoCloseable {

  private static final int PICTURE_CHANNELS = 3;

  private final Path path;
  private final WeightsStamp weights;
  private final ModelDescription description;
  private final Optional<VitConfig> encoder;
  private final ModalitySpec image;
  private final TokenSpace.Pixels pixels;
  private final Parameters parameters;
  private final Precision precision;

  private ImageModel(
      Path path,
      WeightsStamp weights,
      ModelDescription description,
      Optional<VitConfig> encoder,
      ModalitySpec image,
      TokenSpace.Pixels pixels,
      Parameters parameters,
      Precision precision) {
    this.path = path;
    this.weights = weights;
    this.description = description;
    this.encoder = encoder;
    this.image = image;
    this.pixels = pixels;
    this.parameters = parameters;
    this.precision = precision;
  }

  /**
   * Opens a model.
   *
   * @param path a run directory, of which the latest checkpoint counts; a directory with {@code
   *     model.safetensors}; or a file of weights, also those that PyTorch wrote
   * @param heads of files of others, which do not tell
   * @throws RunRefusedException if it is a model of something else than images
   */
  public static ImageModel open(
      Path path, DeviceChoice device, PrecisionChoice precision, HeadCounts heads)
      throws IOException {
    return open(path, device, precision, heads, false);
  }

  /**
   * Opens a masked autoencoder, see {@link #open(Path, DeviceChoice, PrecisionChoice, HeadCounts)}.
   *
   * @throws InvalidWeightsException if a file has no decoder, naming files that have one
   * @throws RunRefusedException if a run or directory has none
   */
  public static ImageModel openAutoencoder(
      Path path, DeviceChoice device, PrecisionChoice precision, HeadCounts heads)
      throws IOException {
    ImageModel model = open(path, device, precision, heads, true);
    try {
      model.requireDecoder();
      return model;
    } catch (RunRefusedException e) {
      model.close();
      throw e;
    }
  }

  private static ImageModel open(
      Path path,
      DeviceChoice device,
      PrecisionChoice precision,
      HeadCounts heads,
      boolean withDecoder)
      throws IOException {
    Path file = CheckpointPath.weights(path);
    if (StoredModel.describesItself(file)) {
      try (StoredModel stored = StoredModel.open(file).fused()) {
        WeightMatch match = stored.match().require();
        return create(
            path,
            WeightsStamp.of(file),
            stored.description(),
            match::valuesOrKnown,
            device,
            precision);
      }
    }
    try (TensorSource tensors = TensorSource.open(file)) {
      RecognisedWeights weights = RecognisedWeights.of(tensors).requireVisionTransformer();
      if (withDecoder) {
        weights.requireDecoder();
      }
      TensorSource renamed = weights.asMae(tensors);
      ModelDescription description = ForeignModel.of(weights, renamed, heads);
      WeightMatch match = WeightMatch.of(description.layout(), renamed);
      if (!match.missing().isEmpty() || !match.differing().isEmpty()) {
        throw new InvalidWeightsException(file, match.report());
      }
      return create(
          path, WeightsStamp.of(file), description, match::valuesOrKnown, device, precision);
    }
  }

  /**
   * Makes a model like another one that has learnt nothing, to compare with.
   *
   * @param seed its parameters start from
   */
  public static ImageModel untrained(ImageModel like, long seed, DeviceChoice device) {
    ParameterInitialiser initialiser = new ParameterInitialiser(seed);
    return create(
        like.path,
        like.weights,
        like.description,
        spec -> FloatBuffer.wrap(initialiser.values(spec)),
        device,
        like.precision == Precision.BF16 ? PrecisionChoice.BF16 : PrecisionChoice.FP32);
  }

  private static ImageModel create(
      Path path,
      WeightsStamp weights,
      ModelDescription description,
      Function<ParameterSpec, FloatBuffer> values,
      DeviceChoice device,
      PrecisionChoice precision) {
    Optional<VitConfig> encoder;
    ModalitySpec image;
    ModelDescription kept = description;
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (description instanceof MaeDescription mae) {
      encoder = Optional.of(mae.config().encoder());
      image = mae.image();
    } else if (description instanceof VitDescription vit) {
      encoder = Optional.of(vit.config());
      image = vit.image();
    } else if (description instanceof ByolDescription byol) {
      encoder = Optional.of(byol.config().backbone());
      image = byol.image();
    } else if (description instanceof FourMDescription fourM) {
      encoder = Optional.empty();
      image = picture(path, fourM);
      kept = fourM.encoderOf(List.of(image));
    } else {
      throw new RunRefusedException(
          path
              + " holds a model of the family "
              + description.family().name()
              + ", which has no encoder of single images. Those of 4m, mae, simmim, vit and byol"
              + " have one");
    }
    if (!(image.space() instanceof TokenSpace.Pixels pixels)) {
      throw new RunRefusedException(
          path + " holds a model of " + image.name() + ", whose patches are no pixels of files");
    }
    int channels = pixels.statistics().mean().size();
    if (channels != PICTURE_CHANNELS) {
      throw new RunRefusedException(
          path
              + " takes images of "
              + channels
              + " channels, but pictures have "
              + PICTURE_CHANNELS);
    }
    ComputeEngine engine = ComputeEngine.start();
    Device place = engine.device(device);
    Precision arithmetic = precision.on(engine, place);
    Parameters parameters = Parameters.create(kept.layout(), place, values);
    return new ImageModel(path, weights, kept, encoder, image, pixels, parameters, arithmetic);
  }

  /** Returns the picture that the encoder of a 4M model sees: the first, if there are several. */
  private static ModalitySpec picture(Path path, FourMDescription model) {
    return model.pictures().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new RunRefusedException(
                    path
                        + " holds a 4M model that sees no pixels, only "
                        + model.modalities().stream()
                            .filter(ModalitySpec::isInput)
                            .map(spec -> spec.name().value())
                            .toList()
                        + ". Embed samples of a data set with --see, or take a model that sees"
                        + " rgb"));
  }

  /** Returns where it was opened. */
  public Path path() {
    return path;
  }

  /** Returns which weights it was made of: of a run, those of one checkpoint. */
  WeightsStamp weights() {
    return weights;
  }

  /** Returns what model it is. */
  public ModelDescription description() {
    return description;
  }

  /**
   * Returns its encoder.
   *
   * @throws IllegalStateException if it is that of a 4M model, see {@link #isFourM}
   */
  public VitConfig encoder() {
    return encoder.orElseThrow(
        () -> new IllegalStateException(path + " has no encoder of the vit family"));
  }

  /** Says whether it is the encoder of a 4M model, over its picture alone. */
  public boolean isFourM() {
    return encoder.isEmpty();
  }

  /**
   * Returns the 4M encoder over its picture alone.
   *
   * @throws IllegalStateException if the model is of another family
   */
  public FourMDescription fourM() {
    if (description instanceof FourMDescription model) {
      return model;
    }
    throw new IllegalStateException(path + " holds no 4M model");
  }

  /** Returns the width of its tokens. */
  public int width() {
    return encoder.map(VitConfig::width).orElseGet(() -> fourM().config().dim());
  }

  /** Says whether its encoder has a class token. */
  public boolean hasClassToken() {
    return encoder.map(VitConfig::classToken).orElse(false);
  }

  /**
   * Returns the whole autoencoder's description.
   *
   * @throws RunRefusedException if there is no decoder, naming files that have one
   */
  public MaeDescription requireDecoder() {
    if (description instanceof MaeDescription mae) {
      return mae;
    }
    throw new RunRefusedException(
        path
            + " holds "
            + (encoder.map(VitConfig::classes).orElse(0) > 0
                ? "a classifier (encoder and head)"
                : isFourM() ? "a 4M model, whose decoder predicts tokens" : "the encoder only")
            + ", and reconstructing images needs "
            + (isFourM() ? "a decoder of pixels. " : "the decoder too. ")
            + encoder
                .flatMap(found -> ReleasedSize.of(found.width(), found.depth()))
                .map(size -> String.join(" or ", size.decoderFiles()) + " would do")
                .orElse("A file saved during pre-training, with its decoder, would do"));
  }

  /** Returns its weights. */
  public Parameters parameters() {
    return parameters;
  }

  /** Returns those of its weights that are the encoder's, under the names of an encoder alone. */
  public Parameters encoderParameters() {
    return description instanceof ByolDescription
        ? parameters.under(TwoViews.BACKBONE)
        : parameters;
  }

  /**
   * Returns what a 4M encoder that goes on from this one over pictures of some size starts a tensor
   * with; empty where this one has none, as for a head.
   */
  public Optional<float[]> startingValues(ModalitySpec picture, ParameterSpec spec) {
    return parameters.layout().contains(spec.name())
        ? Optional.of(FourMFeatures.values(this, picture, spec))
        : Optional.empty();
  }

  /** Returns the arithmetic of linear layers. */
  public Precision precision() {
    return precision;
  }

  /** Returns the image it was trained on, in the size it was trained on. */
  public ModalitySpec image() {
    return image;
  }

  /** Returns what its pixels are. */
  public TokenSpace.Pixels pixels() {
    return pixels;
  }

  /**
   * Returns the image it sees in another size.
   *
   * @param size edge of a square image in pixels, 0 for the size the model was trained on
   * @param interpolate whether position tables may be resized
   * @throws RunRefusedException if patches do not fill such an image, or the size is not that of
   *     the tables and they may not be resized
   */
  public ModalitySpec imageOf(int size, boolean interpolate) {
    int patch = pixels.patchSize();
    TokenLayout.Grid grid = (TokenLayout.Grid) image.layout();
    int height = grid.rows() * patch;
    int width = grid.columns() * patch;
    boolean own = size == height && size == width;
    if (size == 0 || own) {
      return image;
    }
    if (size < patch || size % patch != 0) {
      int below = Math.max(patch, size / patch * patch);
      throw new RunRefusedException(
          "images of "
              + size
              + " pixels cannot be cut into patches of "
              + patch
              + ". Sizes that fit: "
              + below
              + ", "
              + (below + patch)
              + ", and "
              + height
              + ", which "
              + path
              + " was trained on");
    }
    if (!interpolate) {
      throw new RunRefusedException(
          path
              + " was trained on images of "
              + height
              + " x "
              + width
              + " pixels, not "
              + size
              + " x "
              + size
              + ". Leave --size away, or add --interpolate to resize its position table");
    }
    return new ModalitySpec(
        image.name(),
        image.space(),
        new TokenLayout.Grid(size / patch, size / patch),
        image.roles());
  }

  @Override
  public void close() {
    parameters.close();
  }
}
