package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.multimae.DecoderShape;
import dev.masquerade.model.multimae.TaskBalance;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads what a run says of a masked autoencoder of several tasks. */
final class MultiMaeReader {

  private static final Set<String> SHARED =
      Set.of(
          "preset",
          "dim",
          "encoder_depth",
          "decoder_depth",
          "heads",
          "mlp_ratio",
          "initial_weights",
          "multimae");

  private final Model message;
  private final FieldProblems at;
  private final NumberFields numbers;
  private final FieldProblems below;
  private final NumberFields own;
  private final EncoderReader encoder;

  MultiMaeReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
    this.below = at.at("multimae");
    this.own = new NumberFields(message.getMultimae(), below);
    this.encoder = new EncoderReader(message, at);
  }

  /** Returns the network; what is wrong with it is reported. */
  MultiMaeChoice read(Optional<Path> initialWeights) {
    encoder.refuseOthers("masked autoencoders of several tasks", SHARED);
    VitConfig trunk = encoder.preset();
    DecoderShape decoder = DecoderShape.REFERENCE;
    try {
      trunk = encoder.changed(trunk);
      decoder =
          new DecoderShape(
              own.count("decoder_dim", 4, decoder.width()),
              numbers.count("decoder_depth", 0, decoder.depth()),
              own.count("decoder_heads", 1, decoder.heads()),
              decoder.mlpRatio());
    } catch (IllegalArgumentException e) {
      at.report("", e.getMessage() + ".");
    }
    String normalised = message.getMultimae().getNormalised();
    return new MultiMaeChoice(
        message.getPreset(),
        trunk.width(),
        trunk.depth(),
        trunk.heads(),
        trunk.mlpRatio(),
        own.count("global_tokens", 0, 1),
        decoder,
        normalised.isEmpty() ? Optional.empty() : Optional.of(normalised),
        own.flag("loss_over_all", false),
        switch (message.getMultimae().getBalance()) {
          case TASK_BALANCE_UNSPECIFIED, TASK_BALANCE_EQUAL, UNRECOGNIZED -> TaskBalance.EQUAL;
          case TASK_BALANCE_UNCERTAINTY -> TaskBalance.UNCERTAINTY;
        },
        initialWeights);
  }
}
