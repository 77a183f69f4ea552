package dev.masquerade.model.vit;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A vision transformer and what it sees.
 *
 * @param config dimensions and choices
 * @param image pixels or vectors on a grid; where the grid is not the config's, the position table
 *     is resized
 */
public record VitDescription(VitConfig config, ModalitySpec image) implements ModelDescription {

  public VitDescription {
    VitImage.grid(config, image);
  }

  @Override
  public ModelFamily family() {
    return VitFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    return VitTensors.of(config);
  }

  @Override
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }

  @Override
  public DimensionChain chain() {
    return VitChain.of(config, layout());
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "vision transformer, %s%s",
        headline(config),
        config.classes() == 0 ? "" : ", head of " + config.classes() + " classes");
  }

  /** Says what an encoder is like: widths, depth, image. */
  public static String headline(VitConfig config) {
    return String.format(
        Locale.ROOT,
        "width %d, %d blocks, %d heads of %d, feed-forward %d, patches of %d on %d x %d pixels",
        config.width(),
        config.depth(),
        config.heads(),
        config.width() / config.heads(),
        config.hiddenWidth(),
        config.patchSize(),
        config.height(),
        config.imageWidth());
  }
}
