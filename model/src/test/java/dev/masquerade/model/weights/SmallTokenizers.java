package dev.masquerade.model.weights;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.BetaSchedule;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.DivaeConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.PredictionType;
import dev.masquerade.model.codec.diffusion.TimestepSpacing;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Tokenizers of pictures of 8 x 8 pixels that never learnt anything, on disk. */
public final class SmallTokenizers {

  private static final int EDGE = 8;
  private static final int PATCH = 4;

  private SmallTokenizers() {}

  /** Returns the half that makes ids. */
  public static VqEncoderConfig tokens(CodeDistance distance, int codes, int latentWidth) {
    return new VqEncoderConfig(
        3,
        0,
        EDGE / PATCH,
        EDGE / PATCH,
        PATCH,
        new CoderShape.VisionTransformer(16, 1, 2, true),
        latentWidth,
        new QuantizerConfig.Codebook(distance, codes, 1, false, 0.99, 1, 1.0 / 32, true),
        true);
  }

  /** Returns a tokenizer whose decoder answers at once. */
  public static VqDescription vq(VqEncoderConfig tokens) {
    return new VqDescription(
        new VqConfig(
            tokens,
            new CoderShape.VisionTransformer(16, 1, 2, false),
            false,
            VqConfig.usualLoss(tokens)),
        image());
  }

  /** Returns a tokenizer whose decoder generates, behind an encoder that is not trained. */
  public static DivaeDescription frozen(VqEncoderConfig tokens) {
    return new DivaeDescription(
        new DivaeConfig(
            tokens,
            new UnetConfig(3, tokens.latentWidth(), 2, 32, 1, Set.of(), List.of(1), 1),
            new DiffusionConfig(1000, PredictionType.SAMPLE, new BetaSchedule.Linear(), true, true),
            ConditionDropout.NONE,
            new DecodingSettings(4, TimestepSpacing.TRAILING, 1, 0),
            true),
        image());
  }

  private static ModalitySpec image() {
    return new ModalitySpec(
        new ModalityName("rgb@8"),
        new TokenSpace.Pixels(PATCH, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(EDGE / PATCH, EDGE / PATCH),
        Set.of(Role.INPUT, Role.TARGET));
  }

  /**
   * Writes a model with values of a seed.
   *
   * @param kept names of the tensors that are written
   * @return the directory
   */
  public static Path write(Path directory, ModelDescription description, Predicate<String> kept)
      throws IOException {
    ParameterInitialiser seed = new ParameterInitialiser(3);
    Files.createDirectories(directory);
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"),
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .filter(spec -> kept.test(spec.name()))
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), seed.values(spec)))
            .toList());
    ConfigJson.write(description, directory.resolve("config.json"));
    return directory;
  }
}
