package dev.masquerade.train.config;

import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.byol.ByolConfig;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.proto.run.v1.Activation;
import dev.masquerade.proto.run.v1.Autoencoder;
import dev.masquerade.proto.run.v1.AutoencoderKind;
import dev.masquerade.proto.run.v1.Byol;
import dev.masquerade.proto.run.v1.Initialisation;
import dev.masquerade.proto.run.v1.Model;
import dev.masquerade.proto.run.v1.MultiMae;
import dev.masquerade.proto.run.v1.Positions;
import dev.masquerade.proto.run.v1.TaskBalance;

/** Turns the network of a run back into the message that a file holds. */
final class ModelMessages {

  private ModelMessages() {}

  static Model of(ModelChoice choice) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    Model.Builder message;
    if (choice instanceof FourMChoice fourM) {
      message = fourM(fourM);
    } else if (choice instanceof AutoencoderChoice autoencoder) {
      message = autoencoder(autoencoder);
    } else if (choice instanceof MultiMaeChoice multiMae) {
      message = multiMae(multiMae);
    } else if (choice instanceof ByolChoice byol) {
      message = byol(byol);
    } else {
      message = Model.newBuilder().setTokenizer(TokenizerMessages.of((TokenizerChoice) choice));
    }
    choice.initialWeights().ifPresent(path -> message.setInitialWeights(path.toString()));
    return message.setPreset(choice.preset()).build();
  }

  private static Model.Builder fourM(FourMChoice choice) {
    ModelConfig config = choice.config();
    boolean biases = config.normBias();
    if (config.qkvBias() != biases || config.projBias() != biases || config.mlpBias() != biases) {
      throw new IllegalArgumentException(
          "a run cannot say that only some layers have biases; give all or none");
    }
    Model.Builder message =
        Model.newBuilder()
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
    config.lora().ifPresent(lora -> message.setLora(LoraReader.message(lora)));
    return message;
  }

  private static Model.Builder autoencoder(AutoencoderChoice choice) {
    MaeConfig config = choice.config();
    VitConfig encoder = config.encoder();
    Autoencoder.Builder own =
        Autoencoder.newBuilder()
            .setNormalisedTargets(config.normalisedTargets())
            .setLossOverAll(config.lossOverAll())
            .setClassToken(encoder.classToken());
    Model.Builder message = encoder(encoder);
    switch (config.variant()) {
      case MAE -> {
        own.setKind(AutoencoderKind.AUTOENCODER_KIND_MAE)
            .setDecoderDim(config.decoderWidth())
            .setDecoderHeads(config.decoderHeads());
        message.setDecoderDepth(config.decoderDepth());
      }
      case SIMMIM -> own.setKind(AutoencoderKind.AUTOENCODER_KIND_SIMMIM);
    }
    return message.setAutoencoder(own);
  }

  private static Model.Builder encoder(VitConfig encoder) {
    return Model.newBuilder()
        .setDim(encoder.width())
        .setEncoderDepth(encoder.depth())
        .setHeads(encoder.heads())
        .setMlpRatio(encoder.mlpRatio())
        .setRegisters(encoder.registerTokens())
        .setEncoderDropPath(encoder.dropPath())
        .setPositions(positions(encoder.positions()));
  }

  private static Model.Builder multiMae(MultiMaeChoice choice) {
    MultiMae.Builder own =
        MultiMae.newBuilder()
            .setGlobalTokens(choice.globalTokens())
            .setDecoderDim(choice.decoder().width())
            .setDecoderHeads(choice.decoder().heads())
            .setLossOverAll(choice.lossOverAll())
            .setBalance(
                switch (choice.balance()) {
                  case EQUAL -> TaskBalance.TASK_BALANCE_EQUAL;
                  case UNCERTAINTY -> TaskBalance.TASK_BALANCE_UNCERTAINTY;
                });
    choice.normalised().ifPresent(own::setNormalised);
    return Model.newBuilder()
        .setDim(choice.dim())
        .setEncoderDepth(choice.depth())
        .setHeads(choice.heads())
        .setMlpRatio(choice.mlpRatio())
        .setDecoderDepth(choice.decoder().depth())
        .setMultimae(own);
  }

  private static Model.Builder byol(ByolChoice choice) {
    ByolConfig config = choice.config();
    return encoder(config.backbone())
        .setByol(
            Byol.newBuilder()
                .setHiddenDim(config.projection().hidden())
                .setOutputDim(config.projection().outputs())
                .setMomentum(config.momentum())
                .setMeanPooling(config.backbone().pooling() == Pooling.MEAN));
  }

  private static Positions positions(dev.masquerade.model.Positions positions) {
    return switch (positions) {
      case SINE_COSINE -> Positions.POSITIONS_SINE_COSINE;
      case LEARNED -> Positions.POSITIONS_LEARNED;
    };
  }
}
