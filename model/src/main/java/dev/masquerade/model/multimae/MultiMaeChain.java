package dev.masquerade.model.multimae;

import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import java.util.List;

/** The widths at which the parts of a model meet. */
final class MultiMaeChain {

  private static final String ONE_DIM =
      "Encoder, input adapters and proj_context of every decoder need one dim: set it to the same"
          + " number";
  private static final String ONE_WIDTH =
      "Give every part of this decoder the width that decoder.width says";
  private static final String ONE_MODEL =
      "Use weights that belong to one model, or set the configuration to theirs";

  private final ParameterLayout layout;
  private final DimensionChain chain = new DimensionChain();

  private MultiMaeChain(ParameterLayout layout) {
    this.layout = layout;
  }

  /**
   * Returns the chain of a model whose parameters were laid out apart from its configuration.
   *
   * @throws IllegalArgumentException if a tensor of the configuration is missing
   */
  static DimensionChain of(MultiMaeConfig config, ParameterLayout layout) {
    List<String> missing =
        MultiMaeLayout.of(config).parameters().stream()
            .map(ParameterSpec::name)
            .filter(name -> !layout.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "these parameters lack "
              + missing.size()
              + " tensors of the configuration, such as "
              + missing.get(0)
              + ". "
              + ONE_MODEL);
    }
    MultiMaeChain walk = new MultiMaeChain(layout);
    for (InputTask input : config.inputs()) {
      walk.input(config, input);
    }
    for (int layer = 0; layer < config.depth(); layer++) {
      walk.block("encoder." + layer, "dim", config.dim(), config.hiddenWidth(), ONE_DIM);
    }
    for (OutputTask output : config.outputs()) {
      walk.output(config, output);
    }
    return walk.chain;
  }

  private void input(MultiMaeConfig config, InputTask input) {
    String prefix = "input_adapters." + input.name();
    int channels = input.content().channels();
    if (input.content() instanceof TaskContent.Classes classes) {
      channels = classes.embeddingWidth();
      given("classes of " + input.name(), classes.classes(), prefix + ".class_emb.weight", 0);
      given("embeddingWidth of " + input.name(), channels, prefix + ".class_emb.weight", 1);
    }
    given("channels of " + input.name(), channels, prefix + ".proj.weight", 1);
    given("patch edge of " + input.name(), input.edge(), prefix + ".proj.weight", 2);
    joint(prefix + ".proj", axis(prefix + ".proj.weight", 0), "dim", config.dim(), ONE_DIM);
    joint(prefix + ".pos_emb", axis(prefix + ".pos_emb", 1), "dim", config.dim(), ONE_DIM);
  }

  private void block(String block, String field, long width, long hidden, String change) {
    joint(field, width, block + ".attn.qkv", axis(block + ".attn.qkv.weight", 1), change);
    joint(
        block + ".mlp.fc1",
        axis(block + ".mlp.fc1.weight", 0),
        "the hidden width of " + field + " x mlpRatio",
        hidden,
        ONE_MODEL);
    joint(block + ".mlp.fc2", axis(block + ".mlp.fc2.weight", 0), field, width, change);
  }

  private void output(MultiMaeConfig config, OutputTask output) {
    String prefix = "output_adapters." + output.name();
    DecoderShape shape = output.decoder();
    String context = prefix + ".proj_context";
    joint("encoder", config.dim(), context, axis(context + ".weight", 1), ONE_DIM);
    joint(
        context,
        axis(context + ".weight", 0),
        prefix + ".decoder.kv",
        axis(prefix + ".decoder.kv.weight", 1),
        ONE_WIDTH);
    joint(
        prefix + ".mask_token",
        axis(prefix + ".mask_token", 2),
        prefix + ".decoder.q",
        axis(prefix + ".decoder.q.weight", 1),
        ONE_WIDTH);
    joint(
        "decoder.width of " + output.name(),
        shape.width(),
        prefix + ".decoder.q",
        axis(prefix + ".decoder.q.weight", 0),
        ONE_WIDTH);
    for (int layer = 0; layer < shape.depth(); layer++) {
      block(
          prefix + ".decoder_transformer." + layer,
          "decoder.width",
          shape.width(),
          shape.hiddenWidth(),
          ONE_WIDTH);
    }
    joint(
        "decoder.width of " + output.name(),
        shape.width(),
        prefix + ".out_proj",
        axis(prefix + ".out_proj.weight", 1),
        ONE_WIDTH);
    joint(
        prefix + ".out_proj",
        axis(prefix + ".out_proj.weight", 0),
        "patches of " + output.name(),
        (long) output.pixels() * output.channels(),
        "Set patchSize, strideLevel and channels of the task to those of the weights");
  }

  private void given(String field, long value, String tensor, int axis) {
    joint(field, value, tensor, axis(tensor, axis), ONE_MODEL);
  }

  private void joint(String from, long gives, String to, long takes, String change) {
    chain.joint(from, gives, to, takes, change);
  }

  private long axis(String tensor, int axis) {
    List<Long> shape = layout.get(tensor).shape();
    if (axis >= shape.size()) {
      throw new IllegalArgumentException(
          tensor + " has shape " + shape + ", which is not that of this family. " + ONE_MODEL);
    }
    return shape.get(axis);
  }
}
