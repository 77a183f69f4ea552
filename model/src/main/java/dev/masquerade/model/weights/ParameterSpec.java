package dev.masquerade.model.weights;

import java.util.List;
import java.util.Optional;

/**
 * One tensor of a model's state.
 *
 * @param name under which checkpoints store it
 * @param shape lengths of its axes
 * @param rule how its values start
 * @param trainable whether an optimiser moves it; false for tables, for biases fixed at 0, and for
 *     a tensor that is another one under a second name
 * @param tiedTo name of the tensor it is the same as, if any
 */
public record ParameterSpec(
    String name, List<Long> shape, InitRule rule, boolean trainable, Optional<String> tiedTo) {

  public ParameterSpec {
    shape = List.copyOf(shape);
    if (trainable && tiedTo.isPresent()) {
      throw new IllegalArgumentException(
          name + " is tied to " + tiedTo.get() + ", which alone can be trainable");
    }
  }

  /** Returns the number of values. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * Says whether its values can only come from training or from stored weights, as those of codes
   * that follow latents do as well; those of tables and of biases fixed at 0 are known.
   */
  public boolean learnt() {
    return trainable || rule instanceof InitRule.Frozen;
  }

  /**
   * Says whether its values follow from its rule alone: those of tables, and numbers held fixed.
   */
  public boolean known() {
    return !trainable
        && (rule instanceof InitRule.Constant
            || rule instanceof InitRule.SequenceTable
            || rule instanceof InitRule.GridTable
            || rule instanceof InitRule.PlaceTable
            || rule instanceof InitRule.PlaneTable);
  }

  /**
   * Returns the same tensor under its name without a prefix.
   *
   * @throws IllegalArgumentException if the name, or that of a twin, does not start so
   */
  public ParameterSpec without(String prefix) {
    return new ParameterSpec(
        rest(name, prefix), shape, rule, trainable, tiedTo.map(owner -> rest(owner, prefix)));
  }

  private static String rest(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      throw new IllegalArgumentException(name + " is no part of " + prefix);
    }
    return name.substring(prefix.length());
  }
}
