package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.byol.ByolConfig;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads what a run says of a network that learns from two views. */
final class ByolReader {

  private static final int OUTPUTS = 256;
  private static final Set<String> SHARED =
      Set.of(
          "preset",
          "dim",
          "encoder_depth",
          "heads",
          "mlp_ratio",
          "registers",
          "encoder_drop_path",
          "positions",
          "initial_weights",
          "byol");

  private final Model message;
  private final FieldProblems at;
  private final NumberFields own;
  private final EncoderReader encoder;

  ByolReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.own = new NumberFields(message.getByol(), at.at("byol"));
    this.encoder = new EncoderReader(message, at);
  }

  /** Returns the network; what is wrong with it is reported. */
  ByolChoice read(Optional<Path> initialWeights) {
    encoder.refuseOthers("networks that learn from two views", SHARED);
    VitConfig base = encoder.preset();
    ByolConfig config = ByolConfig.of(base, 4 * base.width(), OUTPUTS);
    try {
      config = changed(base);
    } catch (IllegalArgumentException e) {
      at.report("", e.getMessage() + ".");
    }
    return new ByolChoice(message.getPreset(), config, initialWeights);
  }

  private ByolConfig changed(VitConfig base) {
    Pooling pooling = own.flag("mean_pooling", false) ? Pooling.MEAN : Pooling.CLASS_TOKEN;
    VitConfig backbone = encoder.changed(base).toBuilder().pooling(pooling).build();
    ByolConfig config =
        ByolConfig.of(
            backbone,
            own.count("hidden_dim", 1, 4 * backbone.width()),
            own.count("output_dim", 1, OUTPUTS));
    return new ByolConfig(
        backbone,
        config.projection(),
        config.prediction(),
        own.real(
            "momentum",
            momentum -> momentum >= 0 && momentum <= 1,
            "at least 0 and at most 1",
            config.momentum()));
  }
}
