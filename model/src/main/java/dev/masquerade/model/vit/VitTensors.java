package dev.masquerade.model.vit;

import dev.masquerade.model.Positions;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the tensors of models whose names are those of MAE and timm, in the order in which they
 * are added, and says how each starts: linear maps uniform after Glorot and Bengio, tokens normal.
 */
public final class VitTensors {

  private static final InitRule TOKEN = new InitRule.Normal(0.02);

  /** A head that says nothing at first, as fine-tuning has it. */
  private static final InitRule HEAD = new InitRule.Normal(2e-5);

  private static final InitRule ZEROS = new InitRule.Constant(0);
  private static final InitRule ONES = new InitRule.Constant(1);

  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();

  /** Returns the layout of a vision transformer. */
  public static ParameterLayout of(VitConfig config) {
    VitTensors tensors = new VitTensors();
    tensors.prefix(config);
    if (config.maskToken()) {
      tensors.token("mask_token", 1, config.width());
    }
    tensors.patchEmbedding("patch_embed", config.width(), config.channels(), config.patchSize());
    tensors.blocks(
        "blocks", config.depth(), config.width(), config.hiddenWidth(), config.qkvBias());
    if (!config.normAfterPooling()) {
      tensors.norm("norm", config.width());
    }
    if (config.classes() > 0) {
      tensors.add("head.weight", HEAD, true, config.classes(), config.width());
      tensors.add("head.bias", ZEROS, true, config.classes());
    }
    if (config.normAfterPooling()) {
      tensors.norm("fc_norm", config.width());
    }
    return tensors.layout();
  }

  /** Adds class token, register tokens and position table of a vision transformer. */
  public void prefix(VitConfig config) {
    if (config.classToken()) {
      token("cls_token", 1, config.width());
    }
    if (config.registerTokens() > 0) {
      token("reg_token", config.registerTokens(), config.width());
    }
    positions("pos_embed", config, config.width());
  }

  /** Adds {@code count} trained tokens, (1, count, width). */
  public void token(String name, int count, int width) {
    add(name, TOKEN, true, 1, count, width);
  }

  /** Adds a position table (1, prefix rows + L, width) for the grid of {@code config}. */
  public void positions(String name, VitConfig config, int width) {
    int prefix = config.prefixRows();
    long length = (long) prefix + config.places();
    if (config.positions() == Positions.LEARNED) {
      add(name, TOKEN, true, 1, length, width);
    } else {
      add(
          name,
          new InitRule.PlaceTable(config.rows(), config.columns(), width, prefix),
          false,
          1,
          length,
          width);
    }
  }

  /** Adds a convolution whose kernel is a patch: weight (width, channels, p, p) and bias. */
  public void patchEmbedding(String name, int width, int channels, int patchSize) {
    long inputs = (long) channels * patchSize * patchSize;
    add(
        name + ".proj.weight",
        InitRule.Uniform.xavier(inputs, width),
        true,
        width,
        channels,
        patchSize,
        patchSize);
    add(name + ".proj.bias", new InitRule.Uniform(1 / Math.sqrt(inputs)), true, width);
  }

  /** Adds a stack of pre-norm blocks, {@code stack.0} and on. */
  public void blocks(String stack, int depth, int width, int hidden, boolean qkvBias) {
    for (int layer = 0; layer < depth; layer++) {
      String block = stack + "." + layer;
      norm(block + ".norm1", width);
      linear(block + ".attn.qkv", width, 3L * width, qkvBias);
      linear(block + ".attn.proj", width, width, true);
      norm(block + ".norm2", width);
      linear(block + ".mlp.fc1", width, hidden, true);
      linear(block + ".mlp.fc2", hidden, width, true);
    }
  }

  /** Adds a norm with weight and bias. */
  public void norm(String name, long width) {
    add(name + ".weight", ONES, true, width);
    add(name + ".bias", ZEROS, true, width);
  }

  /** Adds a linear map. */
  public void linear(String name, long inputs, long outputs, boolean biased) {
    add(name + ".weight", InitRule.Uniform.xavier(inputs, outputs), true, outputs, inputs);
    if (biased) {
      add(name + ".bias", ZEROS, true, outputs);
    }
  }

  /** Adds any tensor. */
  public void add(String name, InitRule rule, boolean trainable, long... shape) {
    ParameterSpec spec =
        new ParameterSpec(
            name, Arrays.stream(shape).boxed().toList(), rule, trainable, Optional.empty());
    if (specs.put(name, spec) != null) {
      throw new IllegalArgumentException(name + " stands twice in the model");
    }
  }

  /** Returns what was added. */
  public ParameterLayout layout() {
    return ParameterLayout.of(specs);
  }
}
