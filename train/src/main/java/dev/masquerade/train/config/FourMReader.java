package dev.masquerade.train.config;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.Activation;
import dev.masquerade.model.Initialisation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.Positions;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a run says of a 4M model. */
final class FourMReader {

  private static final String DIMENSIONS =
      "is missing; name a preset such as \"fm_tiny\", or give dim, encoder_depth, decoder_depth"
          + " and heads.";

  private final Model message;
  private final FieldProblems at;
  private final NumberFields numbers;

  FourMReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
  }

  /** Returns the network; what is wrong with it is reported. */
  FourMChoice read(List<StoredModality> modalities, Optional<Path> initialWeights) {
    ModelConfig base = base();
    ModelConfig.Builder builder = base.toBuilder();
    builder
        .dim(numbers.count("dim", 4, base.dim()))
        .encoderDepth(numbers.count("encoder_depth", 1, base.encoderDepth()))
        .decoderDepth(numbers.count("decoder_depth", 1, base.decoderDepth()))
        .heads(numbers.count("heads", 1, base.heads()))
        .mlpRatio(
            numbers.real(
                "mlp_ratio",
                ratio -> ratio > 0 && ratio <= 64,
                "more than 0 and at most 64",
                base.mlpRatio()))
        .activation(activation(base))
        .qkNorm(numbers.flag("qk_norm", base.qkNorm()))
        .registerTokens(numbers.count("registers", 0, base.registerTokens()))
        .causalDecoder(numbers.flag("causal_decoder", base.causalDecoder()))
        .separateByModality(numbers.flag("separate_modalities", base.separateByModality()))
        .shareModalityEmbeddings(
            numbers.flag("share_modality_embeddings", base.shareModalityEmbeddings()))
        .tiedHeads(numbers.flag("tie_embeddings", base.tiedHeads()))
        .positions(positions(base))
        .learnedPositions(learnedPositions(modalities))
        .bottleneck(numbers.count("vector_bottleneck", 0, base.bottleneck()))
        .sequencePositions(numbers.count("sequence_positions", 1, base.sequencePositions()))
        .initialisation(initialisation(base));
    if (message.hasBiases()) {
      builder.linearBiases(message.getBiases()).normBias(message.getBiases());
    }
    dropPath(base, builder);
    new LoraReader(message, at)
        .read(initialWeights)
        .ifPresent(lora -> builder.lora(Optional.of(lora)));
    frame(modalities, builder);
    return new FourMChoice(message.getPreset(), build(base, builder), initialWeights);
  }

  private ModelConfig base() {
    String preset = message.getPreset();
    if (preset.isEmpty()) {
      boolean given =
          numbers.has("dim")
              && numbers.has("encoder_depth")
              && numbers.has("decoder_depth")
              && numbers.has("heads");
      if (!given) {
        at.reportMissing("preset", DIMENSIONS);
      }
      return ModelConfig.builder().activation(Activation.GELU).build();
    }
    if (VitPresets.names().contains(preset)) {
      at.report(
          "preset",
          "\""
              + preset
              + "\" is an encoder alone; say what it learns from: add byol {} or multimae {}, or"
              + " take \"mae_"
              + preset
              + "\".");
      return ModelConfig.builder().build();
    }
    if (!ModelPresets.names().contains(preset)) {
      at.reportUnknown("preset", preset, "a model preset", ModelReader.presets());
      return ModelConfig.builder().build();
    }
    ModelConfig config = ModelPresets.get(preset);
    if (!config.hasDecoder() && !numbers.has("decoder_depth")) {
      at.report(
          "preset",
          "\""
              + preset
              + "\" is an encoder alone and predicts nothing; take \""
              + preset.replace("fm_vit_", "fm_")
              + "\", or set decoder_depth.");
    }
    return config.hasDecoder() ? config : config.toBuilder().decoderDepth(1).build();
  }

  private Activation activation(ModelConfig base) {
    return switch (message.getActivation()) {
      case ACTIVATION_UNSPECIFIED, UNRECOGNIZED -> base.activation();
      case ACTIVATION_GELU -> Activation.GELU;
      case ACTIVATION_SWIGLU -> Activation.SWIGLU;
    };
  }

  private Positions positions(ModelConfig base) {
    return switch (message.getPositions()) {
      case POSITIONS_UNSPECIFIED, UNRECOGNIZED -> base.positions();
      case POSITIONS_SINE_COSINE -> Positions.SINE_COSINE;
      case POSITIONS_LEARNED -> Positions.LEARNED;
    };
  }

  private Initialisation initialisation(ModelConfig base) {
    return switch (message.getInitialisation()) {
      case INITIALISATION_UNSPECIFIED, UNRECOGNIZED -> base.initialisation();
      case INITIALISATION_REFERENCE -> Initialisation.REFERENCE;
      case INITIALISATION_MIMETIC -> Initialisation.MIMETIC;
    };
  }

  private Set<String> learnedPositions(List<StoredModality> modalities) {
    Set<String> known = new TreeSet<>();
    modalities.forEach(modality -> known.add(modality.name().value()));
    for (int i = 0; i < message.getLearnedPositionsCount(); i++) {
      String name = message.getLearnedPositions(i);
      if (!known.contains(name) && !known.isEmpty()) {
        at.reportUnknown("learned_positions[" + i + "]", name, "a modality of the run", known);
      }
    }
    return new LinkedHashSet<>(message.getLearnedPositionsList());
  }

  private void dropPath(ModelConfig base, ModelConfig.Builder builder) {
    String range = "at least 0 and less than 1";
    double encoder =
        numbers.real("encoder_drop_path", NumberFields.BELOW_ONE, range, base.encoderDropPath());
    boolean shared = numbers.flag("shared_drop_path", base.sharedDropPath());
    double decoder =
        numbers.real(
            "decoder_drop_path",
            NumberFields.BELOW_ONE,
            range,
            shared ? encoder : base.decoderDropPath());
    if (shared && decoder != encoder) {
      at.report(
          "decoder_drop_path",
          decoder
              + " differs from encoder_drop_path "
              + encoder
              + ", but shared_drop_path makes one scale of both; leave it out.");
    }
    builder.encoderDropPath(encoder).decoderDropPath(decoder).sharedDropPath(shared);
  }

  /** Takes frame and patch from the first modality that declares both. */
  private static void frame(List<StoredModality> modalities, ModelConfig.Builder builder) {
    for (StoredModality modality : modalities) {
      int size = modality.settings().size();
      int patch = modality.settings().patchSize();
      if (size > 0 && patch > 0 && size % patch == 0) {
        builder.imageSize(size).patchSize(patch);
        return;
      }
    }
  }

  private ModelConfig build(ModelConfig fallback, ModelConfig.Builder builder) {
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      at.report("", e.getMessage() + ".");
      return fallback;
    }
  }
}
