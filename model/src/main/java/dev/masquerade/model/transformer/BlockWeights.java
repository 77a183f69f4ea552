package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.lora.AdapterNames;
import dev.masquerade.model.parameter.Parameters;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a stack in the order in which its kernel reads them, see {@code blocks.py}. */
final class BlockWeights {

  private static final List<String> ENCODER =
      List.of(
          "norm1",
          "attn.qkv",
          "attn.proj",
          "attn.q_norm",
          "attn.k_norm",
          "norm2",
          "mlp.fc1",
          "mlp.fc2",
          "mlp.fc3");

  private static final List<String> DECODER =
      List.of(
          "norm1",
          "self_attn.qkv",
          "self_attn.proj",
          "self_attn.q_norm",
          "self_attn.k_norm",
          "query_norm",
          "context_norm",
          "cross_attn.q",
          "cross_attn.kv",
          "cross_attn.proj",
          "cross_attn.q_norm",
          "cross_attn.k_norm",
          "norm2",
          "mlp.fc1",
          "mlp.fc2",
          "mlp.fc3");

  private final KernelModule kernels;
  private final NDList weights;

  /** Places in {@link #weights} of maps that have adapters, and their adapters. */
  private final List<Integer> adapted = new ArrayList<>();

  private final NDList down = new NDList();
  private final NDList up = new NDList();
  private final double scale;

  private BlockWeights(
      KernelModule kernels,
      Parameters parameters,
      String stack,
      int depth,
      List<String> layers,
      double scale) {
    this.kernels = kernels;
    this.scale = scale;
    this.weights = new NDList();
    for (int block = 0; block < depth; block++) {
      for (String layer : layers) {
        add(parameters, stack + block + "." + layer);
      }
    }
  }

  /** Looks up the weights of encoder blocks that have no adapters. */
  static BlockWeights encoder(
      KernelModule kernels, Parameters parameters, String stack, int depth) {
    return new BlockWeights(kernels, parameters, stack, depth, ENCODER, 1);
  }

  /**
   * Looks up the weights of encoder blocks.
   *
   * @param scale of adapters, where the parameters have some
   */
  static BlockWeights encoder(
      KernelModule kernels, Parameters parameters, String stack, int depth, double scale) {
    return new BlockWeights(kernels, parameters, stack, depth, ENCODER, scale);
  }

  /**
   * Looks up the weights of decoder blocks.
   *
   * @param scale of adapters, where the parameters have some
   */
  static BlockWeights decoder(
      KernelModule kernels, Parameters parameters, int depth, double scale) {
    return new BlockWeights(kernels, parameters, "decoder.", depth, DECODER, scale);
  }

  private void add(Parameters parameters, String name) {
    String weight = name + ".weight";
    boolean adapts = parameters.layout().contains(AdapterNames.up(weight));
    if (adapts) {
      adapted.add(weights.size());
      down.add(parameters.get(AdapterNames.down(weight)));
      up.add(parameters.get(AdapterNames.up(weight)));
    }
    String bias = name + ".bias";
    weights.add(parameters.orAbsent(adapts ? AdapterNames.beside(weight) : weight));
    weights.add(parameters.orAbsent(adapts ? AdapterNames.beside(bias) : bias));
  }

  /**
   * Returns the tensors to compute with: those of the parameters, or, where a map has an adapter,
   * the sum of both, owned by the scope and part of the graph.
   */
  NDList in(StepScope scope) {
    return adapted.isEmpty() ? weights : sums(scope);
  }

  /** Returns the same for evaluation, as part of no graph. */
  NDList constantIn(StepScope scope) {
    return adapted.isEmpty() ? weights : kernels.withoutGradients(() -> sums(scope));
  }

  private NDList sums(StepScope scope) {
    NDList plain = new NDList();
    adapted.forEach(place -> plain.add(weights.get(place)));
    NDList sums = kernels.call(scope.manager(), "adapted", plain, down, up, scale);
    NDList all = new NDList(weights);
    for (int i = 0; i < adapted.size(); i++) {
      all.set(adapted.get(i), sums.get(i));
    }
    return all;
  }
}
