package dev.masquerade.cli;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Small models of 32 x 32 pixels with weights as they start, in files. */
final class TinyModels {

  static final int WIDTH = 24;

  private static final VitConfig ENCODER =
      VitConfig.builder().grid(4, 4).patchSize(8).width(WIDTH).depth(2).heads(2).build();

  private TinyModels() {}

  static Path autoencoder(Path file) throws IOException {
    return write(file, new MaeDescription(MaeConfig.mae(ENCODER, 16, 1, 2), image(Role.values())));
  }

  static Path encoder(Path file) throws IOException {
    return write(file, new VitDescription(ENCODER, image(Role.INPUT)));
  }

  static Path tokenizer(Path file) throws IOException {
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            3,
            0,
            4,
            4,
            8,
            new CoderShape.VisionTransformer(WIDTH, 1, 2, true),
            4,
            new QuantizerConfig.Codebook(CodeDistance.COSINE, 16),
            true);
    return write(
        file,
        new VqDescription(
            new VqConfig(
                tokens,
                new CoderShape.VisionTransformer(WIDTH, 1, 2, false),
                false,
                ReconstructionLoss.MSE),
            image(Role.INPUT)));
  }

  /** Writes a model that sees pictures and depth tokens and predicts the latter. */
  static Path fourM(Path file) throws IOException {
    return write(
        file,
        new FourMDescription(
            ModelConfig.builder()
                .dim(WIDTH)
                .heads(2)
                .encoderDepth(2)
                .decoderDepth(1)
                .imageSize(32)
                .patchSize(8)
                .registerTokens(2)
                .tiedHeads(false)
                .build(),
            List.of(
                new ModalitySpec(
                    new ModalityName("tok_depth@32"),
                    new TokenSpace.Discrete(20),
                    new TokenLayout.Grid(4, 4),
                    Set.of(Role.INPUT, Role.TARGET)),
                image(Role.INPUT))));
  }

  private static ModalitySpec image(Role... roles) {
    return new ModalitySpec(
        new ModalityName("rgb@32"),
        new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(4, 4),
        Set.of(roles));
  }

  private static Path write(Path file, ModelDescription description) throws IOException {
    ParameterInitialiser initialiser = new ParameterInitialiser(5);
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    return file;
  }
}
