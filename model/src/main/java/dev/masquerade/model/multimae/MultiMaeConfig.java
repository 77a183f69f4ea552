package dev.masquerade.model.multimae;

import dev.masquerade.modality.TokenLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Dimensions and tasks of one model.
 *
 * @param dim D, width of the encoder; divisible by 4 and by heads
 * @param depth blocks of the encoder, at least 1
 * @param heads attention heads of the encoder
 * @param mlpRatio hidden width of its feed-forward parts over D
 * @param globalTokens G, trained tokens at the end of every encoder sequence
 * @param positions grid that the position tables are made for; models run on other grids too, with
 *     tables resized
 * @param inputs tasks the encoder may see, in the order in which a row holds them
 * @param outputs tasks that are predicted
 * @param lossOnUnmasked whether losses are over every patch that is given and not only over those
 *     removed
 * @param balance how the losses of tasks become one
 */
public record MultiMaeConfig(
    int dim,
    int depth,
    int heads,
    double mlpRatio,
    int globalTokens,
    TokenLayout.Grid positions,
    List<InputTask> inputs,
    List<OutputTask> outputs,
    boolean lossOnUnmasked,
    TaskBalance balance) {

  /** Bounds far above any model, so that a damaged config cannot ask for endless work. */
  private static final int WIDEST = 1 << 16;

  private static final int DEEPEST = 1024;

  public MultiMaeConfig {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    requireStack("dim", dim, heads, mlpRatio);
    if (depth < 1 || depth > DEEPEST) {
      throw new IllegalArgumentException("depth must lie in [1, " + DEEPEST + "], was " + depth);
    }
    if (globalTokens < 0) {
      throw new IllegalArgumentException("globalTokens must be at least 0, was " + globalTokens);
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a model needs at least one input task");
    }
    requireUnique("input", inputs.stream().map(InputTask::name).toList());
    requireUnique("output", outputs.stream().map(OutputTask::name).toList());
    for (OutputTask output : outputs) {
      inputs.stream()
          .filter(input -> input.name().equals(output.task()))
          .forEach(input -> requireSame(input, output));
    }
  }

  /** Returns the hidden width of the encoder's feed-forward parts. */
  public int hiddenWidth() {
    return (int) (dim * mlpRatio);
  }

  /** Returns the input task of a name. */
  public Optional<InputTask> input(String name) {
    return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
  }

  private static void requireUnique(String side, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(side + " task " + name + " is listed twice");
      }
    }
  }

  private static void requireSame(InputTask input, OutputTask output) {
    boolean classes = input.content() instanceof TaskContent.Classes;
    if (input.edge() != output.edge()
        || input.content().channels() != output.channels()
        || classes != (output.loss() == TaskLoss.CROSS_ENTROPY)) {
      throw new IllegalArgumentException(
          "output task "
              + output.name()
              + " predicts "
              + output.task()
              + " as patches of "
              + output.edge()
              + " x "
              + output.edge()
              + " with "
              + output.channels()
              + " channels by "
              + output.loss()
              + ", but the input task has patches of "
              + input.edge()
              + " x "
              + input.edge()
              + " with "
              + input.content().channels()
              + (classes ? " classes" : " channels"));
    }
  }

  static void requireStack(String what, int width, int heads, double mlpRatio) {
    if (width < 4 || width % 4 != 0 || width > WIDEST) {
      throw new IllegalArgumentException(
          what + " must be a multiple of 4, up to " + WIDEST + ", was " + width);
    }
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          what + " " + width + " is not divisible by its heads, " + heads + "; change one of them");
    }
    if (!(mlpRatio > 0 && mlpRatio <= 64) || (int) (width * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          "mlpRatio beside " + what + " must be greater than 0 and at most 64, was " + mlpRatio);
    }
  }
}
