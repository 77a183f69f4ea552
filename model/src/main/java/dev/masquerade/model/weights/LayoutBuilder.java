package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names and shapes of the 4M reference, part by part. */
final class LayoutBuilder {

  private static final InitRule EMBEDDING = new InitRule.Normal(0.02);
  private static final InitRule ZEROS = new InitRule.Constant(0);
  private static final InitRule ONES = new InitRule.Constant(1);

  private final ModelConfig config;
  private final int dim;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();

  LayoutBuilder(ModelConfig config) {
    this.config = config;
    this.dim = config.dim();
  }

  Map<String, ParameterSpec> build(List<ModalitySpec> modalities) {
    refuseWhatOnlyOtherModelsTake(modalities);
    if (config.hasDecoder()) {
      weight("mask_token", EMBEDDING, 1, 1, dim);
    }
    if (config.registerTokens() > 0) {
      weight("register_tokens", EMBEDDING, 1, config.registerTokens(), dim);
    }
    for (ModalitySpec modality : modalities) {
      if (modality.isInput()) {
        encoderEmbedding(modality);
      }
    }
    if (config.hasDecoder()) {
      for (ModalitySpec modality : modalities) {
        if (modality.isTarget()) {
          decoderEmbedding(modality);
        }
      }
    }
    for (int layer = 0; layer < config.encoderDepth(); layer++) {
      encoderBlock("encoder." + layer);
    }
    norm("encoder_norm", dim);
    if (config.hasDecoder()) {
      linear("decoder_proj_context", dim, dim, true);
      for (int layer = 0; layer < config.decoderDepth(); layer++) {
        decoderBlock("decoder." + layer);
      }
      norm("decoder_norm", dim);
    }
    if (config.outputs() > 0) {
      weight("output_head.weight", EMBEDDING, config.outputs(), dim);
      weight("output_head.bias", ZEROS, config.outputs());
    }
    return config.lora().map(lora -> AdapterLayout.into(specs, lora)).orElse(specs);
  }

  private void refuseWhatOnlyOtherModelsTake(List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    for (ModalitySpec modality : modalities) {
      if (modality.isInput() && modality.space() instanceof TokenSpace.ClassPatches) {
        problems.add(
            "modality "
                + modality.name()
                + " holds patches of classes, for which a 4M model has no input. Give the 4M model"
                + " its tokens, tok_"
                + modality.name()
                + ", or train a masked autoencoder");
      }
      if (config.hasDecoder()
          && modality.isTarget()
          && !(modality.space() instanceof TokenSpace.Discrete)) {
        problems.add(
            "modality "
                + modality.name()
                + " is a target without a vocabulary, but the decoder of a 4M model predicts ids."
                + " Take ROLE_TARGET from its roles and predict tok_"
                + modality.name()
                + ", or train a masked autoencoder");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }

  private void encoderEmbedding(ModalitySpec modality) {
    String prefix = "encoder_embeddings." + modality.name();
    positionsAndModality(prefix, modality, Optional.empty());
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (modality.space() instanceof TokenSpace.Discrete ids) {
      weight(prefix + ".token_emb.weight", EMBEDDING, ids.vocabularySize(), dim);
    } else if (modality.space() instanceof TokenSpace.Pixels pixels) {
      linear(prefix + ".proj", pixels.width(), dim, false);
    } else if (modality.space() instanceof TokenSpace.Continuous vectors) {
      if (modality.layout() instanceof TokenLayout.Grid) {
        linear(prefix + ".proj", vectors.width(), dim, false);
      } else if (config.bottleneck() == 0) {
        linear(prefix + ".emb_proj", vectors.width(), dim, true);
      } else {
        linear(prefix + ".emb_proj.0", vectors.width(), config.bottleneck(), true);
        linear(prefix + ".emb_proj.1", config.bottleneck(), dim, true);
      }
    }
  }

  private void decoderEmbedding(ModalitySpec modality) {
    String prefix = "decoder_embeddings." + modality.name();
    boolean shared = config.shareModalityEmbeddings() && modality.isInput();
    positionsAndModality(
        prefix,
        modality,
        shared
            ? Optional.of("encoder_embeddings." + modality.name() + ".mod_emb")
            : Optional.empty());
    if (modality.space() instanceof TokenSpace.Discrete ids) {
      int vocabulary = ids.vocabularySize();
      InitRule linear = InitRule.Uniform.xavier(dim, vocabulary);
      String embedding = prefix + ".token_emb.weight";
      String head = prefix + ".to_logits.weight";
      if (config.tiedHeads()) {
        // The reference initialises the tensor twice, and as an output head last.
        weight(embedding, linear, vocabulary, dim);
        add(head, linear, false, Optional.of(embedding), vocabulary, dim);
      } else {
        weight(embedding, EMBEDDING, vocabulary, dim);
        weight(head, linear, vocabulary, dim);
      }
    }
  }

  /** Adds both in the order in which the reference registers them. */
  private void positionsAndModality(
      String prefix, ModalitySpec modality, Optional<String> sharedModality) {
    boolean learned = config.learnsPositionsOf(modality.name().value());
    String positions = prefix + ".pos_emb";
    if (learned) {
      weight(positions, EMBEDDING, 1, learnedRows(modality.layout()), dim);
    }
    add(prefix + ".mod_emb", EMBEDDING, sharedModality.isEmpty(), sharedModality, 1, 1, dim);
    if (!learned) {
      InitRule table = table(modality);
      long rows =
          table instanceof InitRule.SequenceTable sequence
              ? sequence.length()
              : modality.layout().places();
      add(positions, table, false, Optional.empty(), 1, rows, dim);
    }
  }

  private static int learnedRows(TokenLayout layout) {
    return layout instanceof TokenLayout.Grid grid ? grid.places() : layout.maxTokens();
  }

  private InitRule table(ModalitySpec modality) {
    if (modality.layout() instanceof TokenLayout.Grid grid) {
      return new InitRule.GridTable(grid.rows(), grid.columns(), dim);
    }
    int rows = config.sequencePositionsOf(modality.name().value());
    if (modality.layout().maxTokens() > rows) {
      throw new IllegalArgumentException(
          modality.name()
              + " has up to "
              + modality.layout().maxTokens()
              + " tokens, but the model has only "
              + rows
              + " positions for it. Raise sequencePositions, or lower the modality's maxTokens");
    }
    return new InitRule.SequenceTable(rows, dim);
  }

  private void encoderBlock(String prefix) {
    norm(prefix + ".norm1", dim);
    selfAttention(prefix + ".attn");
    norm(prefix + ".norm2", dim);
    feedForward(prefix + ".mlp");
  }

  private void decoderBlock(String prefix) {
    norm(prefix + ".norm1", dim);
    selfAttention(prefix + ".self_attn");
    crossAttention(prefix + ".cross_attn");
    norm(prefix + ".query_norm", dim);
    norm(prefix + ".context_norm", dim);
    norm(prefix + ".norm2", dim);
    feedForward(prefix + ".mlp");
  }

  private void selfAttention(String prefix) {
    // Queries, keys and values are three square maps in one tensor and start as such.
    weight(prefix + ".qkv.weight", InitRule.Uniform.xavier(dim, dim), 3L * dim, dim);
    bias(prefix + ".qkv", 3L * dim, config.qkvBias());
    linear(prefix + ".proj", dim, dim, config.projBias());
    queryKeyNorms(prefix);
  }

  private void crossAttention(String prefix) {
    InitRule.Uniform square = InitRule.Uniform.xavier(dim, dim);
    linear(prefix + ".q", dim, dim, config.qkvBias());
    InitRule keysAndValues =
        switch (config.initialisation()) {
          case REFERENCE -> square;
          case MIMETIC -> new InitRule.KeysLikeQueries(prefix + ".q.weight", square.bound());
        };
    weight(prefix + ".kv.weight", keysAndValues, 2L * dim, dim);
    bias(prefix + ".kv", 2L * dim, config.qkvBias());
    linear(prefix + ".proj", dim, dim, config.projBias());
    queryKeyNorms(prefix);
  }

  private void queryKeyNorms(String prefix) {
    if (config.qkNorm()) {
      norm(prefix + ".q_norm", config.headWidth());
      norm(prefix + ".k_norm", config.headWidth());
    }
  }

  private void feedForward(String prefix) {
    int hidden = config.hiddenWidth();
    linear(prefix + ".fc1", dim, hidden, config.mlpBias());
    linear(prefix + ".fc2", hidden, dim, config.mlpBias());
    switch (config.activation()) {
      case GELU -> {}
      case SWIGLU -> linear(prefix + ".fc3", dim, hidden, config.mlpBias());
    }
  }

  private void norm(String prefix, long width) {
    weight(prefix + ".weight", ONES, width);
    add(prefix + ".bias", ZEROS, config.normBias(), Optional.empty(), width);
  }

  private void linear(String prefix, long inputs, long outputs, boolean biased) {
    weight(prefix + ".weight", InitRule.Uniform.xavier(inputs, outputs), outputs, inputs);
    bias(prefix, outputs, biased);
  }

  private void bias(String prefix, long width, boolean present) {
    if (present) {
      weight(prefix + ".bias", ZEROS, width);
    }
  }

  private void weight(String name, InitRule rule, long... shape) {
    add(name, rule, true, Optional.empty(), shape);
  }

  private void add(
      String name, InitRule rule, boolean trainable, Optional<String> tiedTo, long... shape) {
    ParameterSpec spec =
        new ParameterSpec(name, Arrays.stream(shape).boxed().toList(), rule, trainable, tiedTo);
    if (specs.put(name, spec) != null) {
      throw new IllegalArgumentException(
          name + " stands twice in the model. Is a modality listed twice?");
    }
  }
}
