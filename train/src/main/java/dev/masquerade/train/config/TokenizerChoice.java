package dev.masquerade.train.config;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalitySpec;
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

  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    ModalitySpec image = FittedEncoder.onlyOne("a tokenizer", modalities);
    if (!(image.layout() instanceof TokenLayout.Grid grid)) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + " is no grid of patches, which is all that a tokenizer learns. Name a picture, a"
              + " class map or a feature map");
    }
    boolean classes = image.space() instanceof TokenSpace.ClassPatches;
    if (!classes && classEmbedding.isPresent()) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + " is no class map, so it has no classes to embed. Leave out class_embedding_dim");
    }
    VqEncoderConfig tokens = tokens(image, grid);
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

  private VqEncoderConfig tokens(ModalitySpec image, TokenLayout.Grid grid) {
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
      int edge = patchEdge(image, grid, vectors.width());
      return tokens(vectors.width() / (edge * edge), 0, grid, edge, false);
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

  /**
   * Returns the edge of the patches that vectors are, such as those of depth: with one number per
   * pixel, and an edge that divides the pixels between two places. Other vectors are features.
   */
  private static int patchEdge(ModalitySpec image, TokenLayout.Grid grid, int width) {
    int edge = (int) Math.round(Math.sqrt(width));
    int pixels = image.name().size() / grid.rows();
    return edge * edge == width && pixels > 0 && pixels % edge == 0 ? edge : 1;
  }
}
