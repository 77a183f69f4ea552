package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaePresets;
import dev.masquerade.model.mae.MaeVariant;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads what a run says of a masked autoencoder. */
final class AutoencoderReader {

  private static final String SMALLEST = "mae_vit_tiny";

  /** Fields of a model that mean something here. */
  private static final Set<String> SHARED =
      Set.of(
          "preset",
          "dim",
          "encoder_depth",
          "decoder_depth",
          "heads",
          "mlp_ratio",
          "registers",
          "encoder_drop_path",
          "positions",
          "initial_weights",
          "autoencoder");

  private final Model message;
  private final FieldProblems at;
  private final NumberFields numbers;
  private final FieldProblems below;
  private final NumberFields own;
  private final EncoderReader encoder;

  AutoencoderReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
    this.below = at.at("autoencoder");
    this.own = new NumberFields(message.getAutoencoder(), below);
    this.encoder = new EncoderReader(message, at);
  }

  /** Returns the network; what is wrong with it is reported. */
  AutoencoderChoice read(Optional<Path> initialWeights) {
    encoder.refuseOthers("masked autoencoders", SHARED);
    MaeConfig base = base();
    MaeConfig config;
    try {
      config = changed(base);
    } catch (IllegalArgumentException e) {
      at.report("", e.getMessage() + ".");
      config = base;
    }
    return new AutoencoderChoice(message.getPreset(), config, initialWeights);
  }

  private MaeConfig base() {
    String preset = message.getPreset();
    if (MaePresets.names().contains(preset)) {
      return MaePresets.get(preset);
    }
    if (!preset.isEmpty()) {
      at.reportUnknown("preset", preset, "a preset of a masked autoencoder", MaePresets.names());
    } else if (!(numbers.has("dim") && numbers.has("encoder_depth") && numbers.has("heads"))) {
      at.reportMissing(
          "preset",
          "is missing; name a preset such as \"mae_vit_small\", or give dim, encoder_depth and"
              + " heads.");
    }
    return MaePresets.get(SMALLEST);
  }

  private MaeConfig changed(MaeConfig base) {
    VitConfig trunk =
        encoder.changed(base.encoder()).toBuilder()
            .classToken(own.flag("class_token", base.encoder().classToken()))
            .build();
    boolean normalised = own.flag("normalised_targets", base.normalisedTargets());
    boolean everywhere = own.flag("loss_over_all", base.lossOverAll());
    MaeConfig config =
        switch (variant(base)) {
          case MAE -> {
            boolean decoder = base.variant() == MaeVariant.MAE;
            yield MaeConfig.mae(
                trunk,
                own.count("decoder_dim", 4, decoder ? base.decoderWidth() : trunk.width()),
                numbers.count("decoder_depth", 1, decoder ? base.decoderDepth() : 1),
                own.count("decoder_heads", 1, decoder ? base.decoderHeads() : trunk.heads()));
          }
          case SIMMIM -> {
            if (numbers.has("decoder_depth")) {
              at.report("decoder_depth", "SimMIM has no decoder; leave it out.");
            }
            for (String field : new String[] {"decoder_dim", "decoder_heads"}) {
              if (own.has(field)) {
                below.report(field, "SimMIM has no decoder; leave it out.");
              }
            }
            yield MaeConfig.simMim(trunk);
          }
        };
    return config.withNormalisedTargets(normalised).withLossOverAll(everywhere);
  }

  private MaeVariant variant(MaeConfig base) {
    return switch (message.getAutoencoder().getKind()) {
      case AUTOENCODER_KIND_UNSPECIFIED, UNRECOGNIZED -> base.variant();
      case AUTOENCODER_KIND_MAE -> MaeVariant.MAE;
      case AUTOENCODER_KIND_SIMMIM -> MaeVariant.SIMMIM;
    };
  }
}
