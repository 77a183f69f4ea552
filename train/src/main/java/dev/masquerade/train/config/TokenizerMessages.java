package dev.masquerade.train.config;

import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import dev.masquerade.proto.run.v1.Coder;
import dev.masquerade.proto.run.v1.DiffusionDecoder;
import dev.masquerade.proto.run.v1.FsqBound;
import dev.masquerade.proto.run.v1.Quantizer;
import dev.masquerade.proto.run.v1.Tokenizer;
import java.util.List;

/** Turns a tokenizer of a run back into the message that a file holds. */
final class TokenizerMessages {

  private TokenizerMessages() {}

  static Tokenizer of(TokenizerChoice choice) {
    Tokenizer.Builder message = Tokenizer.newBuilder().setEncoder(coder(choice.encoder()));
    if (choice.diffusion().isPresent()) {
      message.setDiffusion(diffusion(choice.diffusion().get()));
    } else {
      message
          .setDecoder(coder(choice.decoder()))
          .setOutputConvolutions(choice.outputConvolutions());
    }
    choice.loss().ifPresent(loss -> message.setLoss(loss(loss)));
    choice.classEmbedding().ifPresent(message::setClassEmbeddingDim);
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (choice.quantizer() instanceof QuantizerConfig.FiniteScalar scalar) {
      return message
          .setQuantizer(Quantizer.QUANTIZER_FSQ)
          .addAllFsqLevels(scalar.levels())
          .setFsqBound(
              switch (scalar.bound()) {
                case SIGMOID -> FsqBound.FSQ_BOUND_SIGMOID;
                case TANH -> FsqBound.FSQ_BOUND_TANH;
              })
          .build();
    }
    message
        .setLatentDim(choice.latentWidth())
        .setCodebookSize(choice.quantizer().codes())
        .setCodebooks(choice.quantizer().codebooks());
    if (choice.quantizer() instanceof QuantizerConfig.Codebook codebook) {
      message
          .setQuantizer(
              switch (codebook.distance()) {
                case COSINE -> Quantizer.QUANTIZER_COSINE;
                case EUCLIDEAN -> Quantizer.QUANTIZER_EUCLIDEAN;
              })
          .setNormalisedLatents(codebook.normalisedLatents())
          .setEmaDecay(codebook.decay())
          .setCommitmentWeight(codebook.commitment())
          .setDeadCodeShare(codebook.deadShare())
          .setKmeansStart(codebook.kMeans());
    } else {
      message
          .setQuantizer(Quantizer.QUANTIZER_MEMCODES)
          .setTemperature(((QuantizerConfig.Memcodes) choice.quantizer()).temperature());
    }
    return message.build();
  }

  private static DiffusionDecoder diffusion(DiffusionChoice choice) {
    UnetConfig shape = choice.shape();
    DiffusionDecoder.Builder message =
        DiffusionDecoder.newBuilder()
            .setPatchSize(shape.patch())
            .setDim(shape.width())
            .addAllMultipliers(shape.multipliers())
            .setResidualBlocks(shape.residualBlocks())
            .addAllAttentionAt(shape.attending().isEmpty() ? List.of(0) : shape.attending())
            .setHeads(shape.heads())
            .setTimesteps(choice.noise().timesteps())
            .setPrediction(choice.noise().prediction().text())
            .setNoiseSchedule(choice.noise().schedule().text())
            .setZeroTerminalSnr(choice.noise().zeroTerminalSnr())
            .setConditionDropout(choice.dropout().share())
            .setDecodingSteps(choice.decoding().steps())
            .setDecodingGuidance(choice.decoding().guidance())
            .setFrozenEncoder(choice.frozenEncoder());
    choice.clips().ifPresent(message::setClip);
    ConditionDropout dropout = choice.dropout();
    if (dropout.places()) {
      message.setDropSomeCodes(true).setLeastCodesDropped(dropout.least());
      if (dropout.most() > 0) {
        message.setMostCodesDropped(dropout.most());
      }
    }
    return message.build();
  }

  private static Coder coder(CoderShape shape) {
    if (shape instanceof CoderShape.VisionTransformer vit) {
      return Coder.newBuilder()
          .setDim(vit.width())
          .setDepth(vit.depth())
          .setHeads(vit.heads())
          .setMlpRatio(vit.mlpRatio())
          .setPostMlp(vit.postMlp())
          .setDropPath(vit.dropPath())
          .build();
    }
    CoderShape.PointWise mlp = (CoderShape.PointWise) shape;
    return Coder.newBuilder()
        .setPreset(
            (mlp.bottleneck() ? "BottleneckMLP/B_" : "MLP/B_")
                + mlp.depth()
                + "-Wi_"
                + mlp.width()
                + (mlp.bottleneck() ? "-Ex_" + mlp.expansion() : ""))
        .build();
  }

  private static dev.masquerade.proto.run.v1.ReconstructionLoss loss(ReconstructionLoss loss) {
    return switch (loss) {
      case MSE -> dev.masquerade.proto.run.v1.ReconstructionLoss.RECONSTRUCTION_LOSS_MSE;
      case L1 -> dev.masquerade.proto.run.v1.ReconstructionLoss.RECONSTRUCTION_LOSS_L1;
      case SMOOTH_L1 ->
          dev.masquerade.proto.run.v1.ReconstructionLoss.RECONSTRUCTION_LOSS_SMOOTH_L1;
      case CROSS_ENTROPY ->
          dev.masquerade.proto.run.v1.ReconstructionLoss.RECONSTRUCTION_LOSS_CROSS_ENTROPY;
      case COSINE -> dev.masquerade.proto.run.v1.ReconstructionLoss.RECONSTRUCTION_LOSS_COSINE;
    };
  }
}
