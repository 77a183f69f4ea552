package dev.masquerade.train.embed;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Positions;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.mae.MaeVariant;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.RecognisedWeights;
import dev.masquerade.model.weights.released.RecognisedWeights.Encoder;
import dev.masquerade.model.weights.released.RecognisedWeights.Kind;
import dev.masquerade.model.weights.released.ReleasedSize;
import dev.masquerade.model.weights.released.TargetPixels;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes a model that another program wrote, from what its tensors tell. */
final class ForeignModel {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignModel.class);

  private final RecognisedWeights weights;
  private final TensorSource tensors;
  private final HeadCounts heads;

  private ForeignModel(RecognisedWeights weights, TensorSource tensors, HeadCounts heads) {
    this.weights = weights;
    this.tensors = tensors;
    this.heads = heads;
  }

  /**
   * Describes a vision transformer or a masked autoencoder.
   *
   * @param weights what was recognised
   * @param tensors its tensors under MAE's names
   * @throws InvalidWeightsException if its parts do not tell what it is
   */
  static ModelDescription of(RecognisedWeights weights, TensorSource tensors, HeadCounts heads)
      throws InvalidWeightsException {
    return new ForeignModel(weights, tensors, heads).description();
  }

  private ModelDescription description() throws InvalidWeightsException {
    Optional<Encoder> found = weights.encoder();
    if (found.isEmpty()) {
      throw invalid("holds " + weights.kind().title() + ", not an encoder of images");
    }
    VitConfig encoder = encoder(found.get());
    boolean decoder = weights.hasDecoder();
    ModalitySpec image = image(encoder, decoder);
    if (!decoder) {
      return new VitDescription(encoder, image);
    }
    boolean simMim = weights.kind() == Kind.SIMMIM;
    if (weights.pixels() == TargetPixels.UNKNOWN) {
      LOG.warn(
          "{} does not say whether it predicts pixels as they are or normalised in each patch;"
              + " taken as they are",
          weights.path());
    }
    int width = Math.toIntExact(weights.decoderWidth());
    return new MaeDescription(
        simMim
            ? MaeConfig.simMim(encoder)
            : new MaeConfig(
                encoder,
                width,
                weights.decoderDepth(),
                known(heads.decoderOf(width), "decoder", width, "--decoder-heads"),
                (double) rows("decoder_blocks.0.mlp.fc1.weight") / width,
                weights.pixels() == TargetPixels.NORMALISED,
                false,
                MaeVariant.MAE),
        image);
  }

  private VitConfig encoder(Encoder found) throws InvalidWeightsException {
    if (found.rows() == 0 || found.patchRows() != found.patchColumns()) {
      throw invalid("does not tell the size of its images: its grid or its patches are no squares");
    }
    boolean mean = tensors.find("fc_norm.weight").isPresent();
    boolean simMim = weights.kind() == Kind.SIMMIM;
    int encoderHeads = found.released().map(ReleasedSize::heads).orElse(0);
    return VitConfig.builder()
        .grid(found.rows(), found.columns())
        .patchSize(Math.toIntExact(found.patchRows()))
        .channels(Math.toIntExact(found.channels()))
        .width(Math.toIntExact(found.width()))
        .depth(found.depth())
        .heads(
            heads.encoder() == 0 && encoderHeads > 0
                ? encoderHeads
                : known(heads.encoderOf(found.width()), "encoder", found.width(), "--heads"))
        .mlpRatio((double) rows("blocks.0.mlp.fc1.weight") / found.width())
        .qkvBias(tensors.find("blocks.0.attn.qkv.bias").isPresent())
        .classToken(found.classToken())
        .registerTokens(found.registers())
        .prefixPositions(found.prefixRows() > 0)
        .maskToken(!simMim && !weights.hasDecoder() && tensors.find("mask_token").isPresent())
        .positions(Positions.SINE_COSINE)
        .pooling(mean || !found.classToken() ? Pooling.MEAN : Pooling.CLASS_TOKEN)
        .classes(Math.toIntExact(weights.classes()))
        .build();
  }

  private static ModalitySpec image(VitConfig encoder, boolean decoder) {
    ChannelStatistics statistics =
        encoder.channels() == 3
            ? ChannelStatistics.IMAGENET
            : ChannelStatistics.symmetric(encoder.channels());
    return new ModalitySpec(
        new ModalityName("rgb@" + encoder.height()),
        new TokenSpace.Pixels(encoder.patchSize(), statistics),
        new TokenLayout.Grid(encoder.rows(), encoder.columns()),
        decoder ? Set.of(Role.INPUT, Role.TARGET) : Set.of(Role.INPUT));
  }

  private int known(int count, String part, long width, String option)
      throws InvalidWeightsException {
    if (count == 0) {
      throw invalid(
          "does not tell how many attention heads its "
              + part
              + " of width "
              + width
              + " has. Add "
              + option);
    }
    return count;
  }

  private long rows(String name) throws InvalidWeightsException {
    TensorEntry entry = tensors.get(name);
    return entry.shape().get(0);
  }

  private InvalidWeightsException invalid(String problem) {
    return new InvalidWeightsException(weights.path(), problem);
  }
}
