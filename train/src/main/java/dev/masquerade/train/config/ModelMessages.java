package dev.masquerade.train.config;

import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.proto.run.v1.Activation;
import dev.masquerade.proto.run.v1.Autoencoder;
import dev.masquerade.proto.run.v1.AutoencoderKind;
import dev.masquerade.proto.run.v1.Initialisation;
import dev.masquerade.proto.run.v1.Model;
import dev.masquerade.proto.run.v1.Positions;

/** Turns the network of a run back into the message that a file holds. */
final class ModelMessages {

  private ModelMessages() {}

  static Model of(ModelChoice choice) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    return choice instanceof FourMChoice fourM
        ? fourM(fourM)
        : autoencoder((AutoencoderChoice) choice);
  }

  private static Model fourM(FourMChoice choice) {
    ModelConfig config = choice.config();
    boolean biases = config.normBias();
    if (config.qkvBias() != biases || config.projBias() != biases || config.mlpBias() != biases) {
      throw new IllegalArgumentException(
          "a run cannot say that only some layers have biases; give all or none");
    }
    Model.Builder message =
        Model.newBuilder()
            .setPreset(choice.preset())
            .setDim(config.dim())
            .setEncoderDepth(config.encoderDepth())
            .setDecoderDepth(config.decoderDepth())
            .setHeads(config.heads())
            .setMlpRatio(config.mlpRatio())
            .setActivation(
                switch (config.activation()) {
                  case GELU -> Activation.ACTIVATION_GELU;
                  case SWIGLU -> Activation.ACTIVATION_SWIGLU;
                })
            .setBiases(biases)
            .setQkNorm(config.qkNorm())
            .setRegisters(config.registerTokens())
            .setEncoderDropPath(config.encoderDropPath())
            .setDecoderDropPath(config.decoderDropPath())
            .setSharedDropPath(config.sharedDropPath())
            .setCausalDecoder(config.causalDecoder())
            .setSeparateModalities(config.separateByModality())
            .setShareModalityEmbeddings(config.shareModalityEmbeddings())
            .setTieEmbeddings(config.tiedHeads())
            .setPositions(positions(config.positions()))
            .setVectorBottleneck(config.bottleneck())
            .setSequencePositions(config.sequencePositions())
            .addAllLearnedPositions(config.learnedPositions())
            .setInitialisation(
                switch (config.initialisation()) {
                  case REFERENCE -> Initialisation.INITIALISATION_REFERENCE;
                  case MIMETIC -> Initialisation.INITIALISATION_MIMETIC;
                });
    choice.initialWeights().ifPresent(path -> message.setInitialWeights(path.toString()));
    return message.build();
  }

  private static Model autoencoder(AutoencoderChoice choice) {
    MaeConfig config = choice.config();
    VitConfig encoder = config.encoder();
    Autoencoder.Builder own =
        Autoencoder.newBuilder()
            .setNormalisedTargets(config.normalisedTargets())
            .setLossOverAll(config.lossOverAll())
            .setClassToken(encoder.classToken());
    Model.Builder message =
        Model.newBuilder()
            .setPreset(choice.preset())
            .setDim(encoder.width())
            .setEncoderDepth(encoder.depth())
            .setHeads(encoder.heads())
            .setMlpRatio(encoder.mlpRatio())
            .setRegisters(encoder.registerTokens())
            .setEncoderDropPath(encoder.dropPath())
            .setPositions(positions(encoder.positions()));
    switch (config.variant()) {
      case MAE -> {
        own.setKind(AutoencoderKind.AUTOENCODER_KIND_MAE)
            .setDecoderDim(config.decoderWidth())
            .setDecoderHeads(config.decoderHeads());
        message.setDecoderDepth(config.decoderDepth());
      }
      case SIMMIM -> own.setKind(AutoencoderKind.AUTOENCODER_KIND_SIMMIM);
    }
    choice.initialWeights().ifPresent(path -> message.setInitialWeights(path.toString()));
    return message.setAutoencoder(own).build();
  }

  private static Positions positions(dev.masquerade.model.Positions positions) {
    return switch (positions) {
      case SINE_COSINE -> Positions.POSITIONS_SINE_COSINE;
      case LEARNED -> Positions.POSITIONS_LEARNED;
    };
  }
}
