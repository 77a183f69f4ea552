package dev.masquerade.model.byol;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.vit.VitTensors;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A network that learns from two views, and what it sees.
 *
 * @param config dimensions and choices; backbone and heads fit each other
 * @param image pixels or vectors on a grid
 */
public record ByolDescription(ByolConfig config, ModalitySpec image) implements ModelDescription {

  public ByolDescription {
    config.chain().require();
    // Refuses an image that does not fit the backbone.
    new VitDescription(config.backbone(), image);
  }

  @Override
  public ModelFamily family() {
    return ByolFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    return layout(VitTensors.of(config.backbone()), config.projection(), config.prediction());
  }

  /** Lays out heads and averages around a backbone of any kind. */
  static ParameterLayout layout(
      ParameterLayout backbone, HeadShape projection, HeadShape prediction) {
    ParameterLayout head = ByolHead.layout(projection);
    return new LayoutCollector()
        .under(TwoViews.BACKBONE, backbone)
        .under(TwoViews.PROJECTION, head)
        .under(TwoViews.PREDICTION, ByolHead.layout(prediction))
        .averageOf(TwoViews.BACKBONE, TwoViews.BACKBONE_AVERAGE, backbone)
        .averageOf(TwoViews.PROJECTION, TwoViews.PROJECTION_AVERAGE, head)
        .layout();
  }

  @Override
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }

  @Override
  public DimensionChain chain() {
    return config.chain();
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "BYOL, %s; projection %s, prediction %s",
        VitDescription.headline(config.backbone()),
        text(config.projection()),
        text(config.prediction()));
  }

  private static String text(HeadShape shape) {
    return shape.inputs() + " -> " + shape.hidden() + " -> " + shape.outputs();
  }
}
