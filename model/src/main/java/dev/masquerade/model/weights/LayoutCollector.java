package dev.masquerade.model.weights;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the tensors of a model in the order in which they are added, and says how each starts:
 * linear maps uniform after Glorot and Bengio, norms as the identity, biases at 0.
 */
public final class LayoutCollector {

  private static final InitRule ZEROS = new InitRule.Constant(0);
  private static final InitRule ONES = new InitRule.Constant(1);

  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();

  /** Adds a tensor that an optimiser moves. */
  public LayoutCollector weight(String name, InitRule rule, long... shape) {
    return add(name, rule, true, shape);
  }

  /** Adds a tensor that no optimiser moves: a table, or a running mean. */
  public LayoutCollector fixed(String name, InitRule rule, long... shape) {
    return add(name, rule, false, shape);
  }

  /** Adds tokens (1, count, width) that start from a normal distribution of deviation 0.02. */
  public LayoutCollector tokens(String name, int count, int width) {
    return weight(name, new InitRule.Normal(0.02), 1, count, width);
  }

  /** Adds {@code name.weight} and {@code name.bias} of a norm. */
  public LayoutCollector norm(String name, long width) {
    weight(name + ".weight", ONES, width);
    return weight(name + ".bias", ZEROS, width);
  }

  /** Adds {@code name.weight} and {@code name.bias} of a linear map. */
  public LayoutCollector linear(String name, long inputs, long outputs) {
    unbiased(name, inputs, outputs);
    return weight(name + ".bias", ZEROS, outputs);
  }

  /** Adds {@code name.weight} of a linear map without a bias. */
  public LayoutCollector unbiased(String name, long inputs, long outputs) {
    return weight(name + ".weight", InitRule.Uniform.xavier(inputs, outputs), outputs, inputs);
  }

  /** Adds a linear map of several square maps in one tensor, each of which starts for itself. */
  public LayoutCollector stacked(String name, long width, int maps) {
    weight(name + ".weight", InitRule.Uniform.xavier(width, width), maps * width, width);
    return weight(name + ".bias", ZEROS, maps * width);
  }

  /** Adds a convolution of one patch: weight (width, channels, edge, edge) and bias. */
  public LayoutCollector patches(String name, long width, long channels, long edge) {
    long inputs = channels * edge * edge;
    InitRule.Uniform rule = InitRule.Uniform.xavier(inputs, width);
    weight(name + ".weight", rule, width, channels, edge, edge);
    return weight(name + ".bias", new InitRule.Uniform(1 / Math.sqrt(inputs)), width);
  }

  /** Adds the feed-forward part {@code name.fc1} and {@code name.fc2}. */
  public LayoutCollector feedForward(String name, long width, long hidden) {
    return linear(name + ".fc1", width, hidden).linear(name + ".fc2", hidden, width);
  }

  /** Adds pre-norm blocks {@code stack.0} and on. */
  public LayoutCollector blocks(String stack, int depth, long width, long hidden) {
    for (int layer = 0; layer < depth; layer++) {
      String block = stack + "." + layer;
      norm(block + ".norm1", width);
      stacked(block + ".attn.qkv", width, 3);
      linear(block + ".attn.proj", width, width);
      norm(block + ".norm2", width);
      feedForward(block + ".mlp", width, hidden);
    }
    return this;
  }

  /** Adds every tensor of a layout with a prefix before its name. */
  public LayoutCollector under(String prefix, ParameterLayout layout) {
    for (ParameterSpec spec : layout.parameters()) {
      put(
          new ParameterSpec(
              prefix + spec.name(),
              spec.shape(),
              spec.rule(),
              spec.trainable(),
              spec.tiedTo().map(owner -> prefix + owner)));
    }
    return this;
  }

  /**
   * Adds a second set of tensors that start like another but that no optimiser moves.
   *
   * @param prefix before the names of the second set
   * @param original prefix of the first, which {@link #under} added
   */
  public LayoutCollector averageOf(String original, String prefix, ParameterLayout layout) {
    for (ParameterSpec spec : layout.parameters()) {
      put(
          new ParameterSpec(
              prefix + spec.name(),
              spec.shape(),
              new InitRule.SameAs(original + spec.name(), spec.rule()),
              false,
              spec.tiedTo().map(owner -> prefix + owner)));
    }
    return this;
  }

  /** Returns what was added. */
  public ParameterLayout layout() {
    return ParameterLayout.of(specs);
  }

  private LayoutCollector add(String name, InitRule rule, boolean trainable, long... shape) {
    return put(
        new ParameterSpec(
            name, Arrays.stream(shape).boxed().toList(), rule, trainable, Optional.empty()));
  }

  private LayoutCollector put(ParameterSpec spec) {
    if (specs.put(spec.name(), spec) != null) {
      throw new IllegalArgumentException(spec.name() + " stands twice in the model");
    }
    return this;
  }
}
