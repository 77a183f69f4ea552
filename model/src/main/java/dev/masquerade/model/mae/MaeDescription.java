package dev.masquerade.model.mae;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.vit.VitImage;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A masked autoencoder and what it sees and predicts.
 *
 * @param config dimensions and choices
 * @param image pixels or vectors on a grid; where the grid is not the config's, position tables are
 *     resized
 */
public record MaeDescription(MaeConfig config, ModalitySpec image) implements ModelDescription {

  public MaeDescription {
    VitImage.grid(config.encoder(), image);
  }

  @Override
  public ModelFamily family() {
    return MaeFamily.of(config.variant());
  }

  @Override
  public ParameterLayout layout() {
    return MaeTensors.of(config);
  }

  @Override
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }

  @Override
  public DimensionChain chain() {
    return MaeChain.of(config, layout());
  }

  @Override
  public String headline() {
    String targets = config.normalisedTargets() ? "normalised pixels" : "pixels";
    String encoder = VitDescription.headline(config.encoder());
    return switch (config.variant()) {
      case MAE ->
          String.format(
              Locale.ROOT,
              "masked autoencoder of %s: encoder %s; decoder width %d, %d blocks, %d heads of %d",
              targets,
              encoder,
              config.decoderWidth(),
              config.decoderDepth(),
              config.decoderHeads(),
              config.decoderWidth() / config.decoderHeads());
      case SIMMIM -> String.format(Locale.ROOT, "SimMIM of %s: encoder %s", targets, encoder);
    };
  }
}
