package dev.masquerade.train.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.Positions;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.proto.run.v1.Model;
import java.util.Set;

/** Reads the vision transformer in a network that is built around one. */
final class EncoderReader {

  private static final String SMALLEST = "vit_tiny";

  private final Model message;
  private final FieldProblems at;
  private final NumberFields numbers;

  EncoderReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
  }

  /** Reports fields that mean nothing for the network. */
  void refuseOthers(String network, Set<String> known) {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (!known.contains(field.getName())) {
        at.report(field.getName(), "is not for " + network + "; leave it out.");
      }
    }
  }

  /** Returns the vision transformer of the preset, or the smallest where there is none. */
  VitConfig preset() {
    String preset = message.getPreset();
    if (VitPresets.names().contains(preset)) {
      return VitPresets.get(preset);
    }
    if (!preset.isEmpty()) {
      at.reportUnknown("preset", preset, "a preset of a vision transformer", VitPresets.names());
    } else if (!(numbers.has("dim") && numbers.has("encoder_depth") && numbers.has("heads"))) {
      at.reportMissing(
          "preset",
          "is missing; name a preset such as \"vit_small\", or give dim, encoder_depth and heads.");
    }
    return VitPresets.get(SMALLEST);
  }

  /**
   * Returns a vision transformer changed by the fields of the model.
   *
   * @throws IllegalArgumentException if they do not fit each other
   */
  VitConfig changed(VitConfig base) {
    return base.toBuilder()
        .width(numbers.count("dim", 4, base.width()))
        .depth(numbers.count("encoder_depth", 1, base.depth()))
        .heads(numbers.count("heads", 1, base.heads()))
        .mlpRatio(
            numbers.real(
                "mlp_ratio",
                ratio -> ratio > 0 && ratio <= 64,
                "more than 0 and at most 64",
                base.mlpRatio()))
        .registerTokens(numbers.count("registers", 0, base.registerTokens()))
        .dropPath(
            numbers.real(
                "encoder_drop_path",
                NumberFields.BELOW_ONE,
                "at least 0 and less than 1",
                base.dropPath()))
        .positions(positions(base))
        .build();
  }

  private Positions positions(VitConfig base) {
    return switch (message.getPositions()) {
      case POSITIONS_UNSPECIFIED, UNRECOGNIZED -> base.positions();
      case POSITIONS_SINE_COSINE -> Positions.SINE_COSINE;
      case POSITIONS_LEARNED -> Positions.LEARNED;
    };
  }
}
