package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.Locale;

/** A model as text: what it is, every part with its shapes, and how many parameters. */
public final class ModelSummary {

  private ModelSummary() {}

  /** Describes a model. */
  public static String of(ModelDescription description) {
    ParameterLayout layout = description.layout();
    StringBuilder text = new StringBuilder();
    text.append(description.headline()).append(System.lineSeparator());
    for (ModalitySpec modality : description.modalities()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-24s %-30s %-28s %s%n",
              modality.name(),
              space(modality.space()),
              layout(modality.layout()),
              (modality.isInput() ? "input " : "") + (modality.isTarget() ? "target" : "")));
    }
    text.append(System.lineSeparator());
    text.append(table(layout));
    text.append(System.lineSeparator());
    for (DimensionChain.Joint joint : description.chain().joints()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-44s %6d -> %-6d %s%n",
              joint.from(),
              joint.gives(),
              joint.takes(),
              joint.to()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%,d parameters, %,d of them outside embeddings and heads; %,d values stored%n",
            layout.trainableCount(),
            layout.backboneCount(),
            layout.parameters().stream().mapToLong(ParameterSpec::elements).sum()));
    return text.toString();
  }

  private static String table(ParameterLayout layout) {
    TensorTable table = new TensorTable();
    for (ParameterSpec spec : layout.parameters()) {
      String remark =
          spec.tiedTo().map(owner -> "same as " + owner).orElse(spec.trainable() ? "" : "fixed");
      table.add(
          new TensorTable.Row(
              spec.name(),
              spec.shape(),
              spec.elements(),
              spec.trainable() ? spec.elements() : 0,
              remark));
    }
    return table.text();
  }

  private static String space(TokenSpace space) {
    if (space instanceof TokenSpace.Discrete ids) {
      return String.format(Locale.ROOT, "%,d ids", ids.vocabularySize());
    }
    if (space instanceof TokenSpace.Pixels pixels) {
      return "patches of " + pixels.patchSize() + " x " + pixels.patchSize() + " pixels";
    }
    if (space instanceof TokenSpace.ClassPatches patches) {
      return String.format(
          Locale.ROOT,
          "patches of %d x %d of %d classes",
          patches.patchSize(),
          patches.patchSize(),
          patches.classes());
    }
    return "vectors of " + ((TokenSpace.Continuous) space).width();
  }

  private static String layout(TokenLayout layout) {
    if (layout instanceof TokenLayout.Grid grid) {
      return "grid of " + grid.rows() + " x " + grid.columns();
    }
    return "sequence of up to " + layout.maxTokens();
  }
}
