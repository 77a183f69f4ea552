package dev.masquerade.train.config;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A tokenizer of one modality.
 *
 * @param encoder what turns patches into latents
 * @param decoder what turns quantised latents into patches
 * @param latentWidth numbers of a latent
 * @param quantizer what turns latents into ids
 * @param loss how the result is compared; empty for what fits the modality
 * @param outputConvolutions whether convolutions over the whole picture follow the decoder
 * @param classEmbedding width of the embedding of classes, for class maps; empty where nothing was
 *     said
 * @param diffusion a decoder that generates, in place of {@code decoder}
 * @param initialWeights what it starts from
 */
public record TokenizerChoice(
    CoderShape encoder,
    CoderShape decoder,
    int latentWidth,
    QuantizerConfig quantizer,
    Optional<ReconstructionLoss> loss,
    boolean outputConvolutions,
    Optional<Integer> classEmbedding,
    Optional<DiffusionChoice> diffusion,
    Optional<Path> initialWeights)
    implements ModelChoice {

  /** Width of the embedding of classes where nothing is said. */
  static final int CLASS_EMBEDDING = 64;

  @Override
  public String preset() {
    return "";
  }

  /** {@inheritDoc} Vectors are taken for features, of one place each. */
  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    return describe(FittedEncoder.onlyOne("a tokenizer", modalities), 1);
  }

  /** {@inheritDoc} Vectors that are patches, such as those of depth, are joined to frames. */
  @Override
  public ModelDescription describeOpened(List<ModalityTokenizer> modalities) {
    ModalitySpec image =
        FittedEncoder.onlyOne(
            "a tokenizer", modalities.stream().map(ModalityTokenizer::spec).toList());
    return describe(image, modalities.get(0).patchSize());
  }

  private ModelDescription describe(ModalitySpec image, int patchOfVectors) {
    if (!(image.layout() instanceof TokenLayout.Grid grid)) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + " is no grid of patches, which is all that a tokenizer learns. Name a picture, a"
              + " class map, or features as a feature_map");
    }
    boolean classes = image.space() instanceof TokenSpace.ClassPatches;
    if (!classes && classEmbedding.isPresent()) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + " is no class map, so it has no classes to embed. Leave out class_embedding_dim");
    }
    VqEncoderConfig tokens = tokens(image, grid, patchOfVectors);
    if (diffusion.isPresent()) {
      boolean bounded = tokens.undoStandardisation() || onlyScaled(image);
      return new DivaeDescription(diffusion.get().config(tokens, bounded), image);
    }
    return new VqDescription(
        new VqConfig(
            tokens, decoder, outputConvolutions, loss.orElseGet(() -> VqConfig.usualLoss(tokens))),
        image);
  }

  /** Says whether normalising does no more than scale to [-1, 1]. */
  private static boolean onlyScaled(ModalitySpec image) {
    return image.space() instanceof TokenSpace.Pixels pixels
        && pixels.statistics().equals(ChannelStatistics.symmetric(pixels.statistics().channels()));
  }

  private VqEncoderConfig tokens(ModalitySpec image, TokenLayout.Grid grid, int patchOfVectors) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      boolean standardised = pixels.statistics().equals(ChannelStatistics.IMAGENET);
      return tokens(pixels.statistics().channels(), 0, grid, pixels.patchSize(), standardised);
    }
    if (image.space() instanceof TokenSpace.ClassPatches patches) {
      return tokens(
          classEmbedding.orElse(CLASS_EMBEDDING),
          patches.classes(),
          grid,
          patches.patchSize(),
          false);
    }
    if (image.space() instanceof TokenSpace.Continuous vectors) {
      int channels = vectors.width() / (patchOfVectors * patchOfVectors);
      return tokens(channels, 0, grid, patchOfVectors, false);
    }
    throw new IllegalArgumentException(
        "modality "
            + image.name()
            + " already consists of ids, which need no tokenizer. Name the picture they stand for");
  }

  private VqEncoderConfig tokens(
      int channels, int classes, TokenLayout.Grid grid, int patch, boolean standardised) {
    return new VqEncoderConfig(
        channels,
        classes,
        grid.rows(),
        grid.columns(),
        patch,
        encoder,
        latentWidth,
        quantizer,
        standardised);
  }
}
