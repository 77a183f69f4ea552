package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A task of generation: see one modality, make others of it one after another.
 *
 * @param input what is given
 * @param targets in order, each seeing those before; the last is what is measured
 */
public record GenerationTask(ModalityName input, List<ModalityName> targets) {
  public GenerationTask {
    targets = List.copyOf(targets);
    if (targets.isEmpty() || targets.contains(input)) {
      throw new IllegalArgumentException("a task makes something else than it is given: " + input);
    }
  }

  /** Makes one modality of another. */
  public static GenerationTask of(ModalityPair pair) {
    return new GenerationTask(pair.input(), List.of(pair.target()));
  }

  /** Returns what is measured. */
  public ModalityName measured() {
    return targets.get(targets.size() - 1);
  }

  /** Returns input and what is made on the way, as tables show it. */
  public String given() {
    String through =
        targets.subList(0, targets.size() - 1).stream()
            .map(name -> " → " + name)
            .collect(Collectors.joining());
    return input + through;
  }

  @Override
  public String toString() {
    return given() + " → " + measured();
  }
}
