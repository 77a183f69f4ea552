package dev.masquerade.cli;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.train.evaluate.Evaluation;
import dev.masquerade.train.evaluate.GenerationTask;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.ModelModalities;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads tasks of generation as people write them. */
final class GenerationTasks {

  static final String ALL = "all";

  private GenerationTasks() {}

  /**
   * Reads tasks.
   *
   * @param written {@code all}, or tasks separated by commas: what is given, then what is made of
   *     it in order, separated by colons, for example {@code rgb:caption,caption:semseg:tok_rgb}
   * @throws MistakeException if it is neither
   */
  static List<GenerationTask> read(String written, Evaluation evaluation) {
    if (written.strip().equalsIgnoreCase(ALL)) {
      return evaluation.pairs().stream().map(GenerationTask::of).toList();
    }
    List<GenerationTask> tasks = new ArrayList<>();
    try (Generator generator = evaluation.generator()) {
      for (String task : written.split(",", -1)) {
        tasks.add(task(task.strip(), generator.modalities()));
      }
    }
    return tasks;
  }

  private static GenerationTask task(String written, ModelModalities modalities) {
    String[] names = written.split(":", -1);
    if (names.length < 2) {
      throw new MistakeException(
          "--pairs: \""
              + written
              + "\" is no task. Write GIVEN:MADE, for example rgb:caption, several with commas, or"
              + " all.");
    }
    ModalityName input = modalities.input(names[0]);
    Set<ModalityName> targets = new LinkedHashSet<>();
    for (int i = 1; i < names.length; i++) {
      if (!targets.add(modalities.target(names[i]))) {
        throw new MistakeException("--pairs: \"" + written + "\" makes " + names[i] + " twice.");
      }
    }
    if (targets.contains(input)) {
      throw new MistakeException(
          "--pairs: \"" + written + "\" makes what is given, " + input + ".");
    }
    return new GenerationTask(input, List.copyOf(targets));
  }
}
