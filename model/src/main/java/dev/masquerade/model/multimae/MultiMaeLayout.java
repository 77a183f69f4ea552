package dev.masquerade.model.multimae;

import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;

/** Tensors of a model under the names of the reference. */
public final class MultiMaeLayout {

  /** Learned log variances of the output tasks, in their order. */
  static final String LOG_VARIANCES = "loss_balancer.log_vars";

  private static final InitRule ZEROS = new InitRule.Constant(0);

  private MultiMaeLayout() {}

  /** Lays out a model. */
  public static ParameterLayout of(MultiMaeConfig config) {
    LayoutCollector tensors = new LayoutCollector();
    if (config.globalTokens() > 0) {
      tensors.tokens("global_tokens", config.globalTokens(), config.dim());
    }
    for (InputTask input : config.inputs()) {
      input(tensors, config, input);
    }
    for (OutputTask output : config.outputs()) {
      output(tensors, config, output);
    }
    tensors.blocks("encoder", config.depth(), config.dim(), config.hiddenWidth());
    switch (config.balance()) {
      case EQUAL -> {}
      case UNCERTAINTY -> tensors.weight(LOG_VARIANCES, ZEROS, config.outputs().size());
    }
    return tensors.layout();
  }

  private static void input(LayoutCollector tensors, MultiMaeConfig config, InputTask input) {
    String prefix = "input_adapters." + input.name();
    positions(tensors, prefix, config.positions(), config.dim());
    int channels = input.content().channels();
    if (input.content() instanceof TaskContent.Classes classes) {
      channels = classes.embeddingWidth();
      tensors.weight(
          prefix + ".class_emb.weight", new InitRule.Normal(0.02), classes.classes(), channels);
    }
    tensors.patches(prefix + ".proj", config.dim(), channels, input.edge());
  }

  private static void output(LayoutCollector tensors, MultiMaeConfig config, OutputTask output) {
    String prefix = "output_adapters." + output.name();
    DecoderShape shape = output.decoder();
    int width = shape.width();
    tensors.weight(prefix + ".mask_token", ZEROS, 1, 1, width);
    positions(tensors, prefix, config.positions(), width);
    for (InputTask input : config.inputs()) {
      tensors.tokens(prefix + ".task_embeddings." + input.name(), 1, width);
    }
    tensors.linear(prefix + ".decoder.q", width, width);
    tensors.stacked(prefix + ".decoder.kv", width, 2);
    tensors.linear(prefix + ".decoder.proj", width, width);
    tensors.norm(prefix + ".context_norm", width);
    tensors.norm(prefix + ".query_norm", width);
    tensors.norm(prefix + ".out_norm", width);
    tensors.feedForward(prefix + ".mlp", width, shape.hiddenWidth());
    tensors.blocks(prefix + ".decoder_transformer", shape.depth(), width, shape.hiddenWidth());
    tensors.linear(prefix + ".out_proj", width, (long) output.pixels() * output.channels());
    tensors.linear(prefix + ".proj_context", config.dim(), width);
  }

  private static void positions(
      LayoutCollector tensors, String prefix, TokenLayout.Grid grid, int width) {
    tensors.fixed(
        prefix + ".pos_emb",
        new InitRule.PlaneTable(grid.rows(), grid.columns(), width),
        1,
        width,
        grid.rows(),
        grid.columns());
  }
}
