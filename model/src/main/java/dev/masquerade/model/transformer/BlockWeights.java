package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDList;
import dev.masquerade.model.parameter.Parameters;
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

  private BlockWeights() {}

  static NDList encoder(Parameters parameters, String stack, int depth) {
    return collect(parameters, stack, depth, ENCODER);
  }

  static NDList decoder(Parameters parameters, int depth) {
    return collect(parameters, "decoder.", depth, DECODER);
  }

  private static NDList collect(
      Parameters parameters, String stack, int depth, List<String> layers) {
    NDList weights = new NDList();
    for (int block = 0; block < depth; block++) {
      for (String layer : layers) {
        String name = stack + block + "." + layer;
        weights.add(parameters.orAbsent(name + ".weight"));
        weights.add(parameters.orAbsent(name + ".bias"));
      }
    }
    return weights;
  }
}
