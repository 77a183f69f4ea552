package dev.masquerade.model.multimae;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The modalities of a run as tasks of a model. A model may have tasks of which a run has no
 * modality; they are then never seen and never compared.
 *
 * @param grid that all of them share
 */
record TaskModalities(TokenLayout.Grid grid) {

  /**
   * Lines modalities up with tasks by their names without sizes.
   *
   * @throws IllegalArgumentException with every modality that has no task or does not fit it
   */
  static TaskModalities of(MultiMaeConfig config, List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    TokenLayout.Grid grid = null;
    for (ModalitySpec spec : modalities) {
      if (!(spec.layout() instanceof TokenLayout.Grid own)) {
        problems.add(spec.name() + " is a sequence, but every task is patches on a grid");
        continue;
      }
      if (grid == null) {
        grid = own;
      } else if (!grid.equals(own)) {
        problems.add(
            spec.name()
                + " has a grid of "
                + text(own)
                + ", but other tasks one of "
                + text(grid)
                + "; give all the same size and patch size");
      }
      if (spec.isInput()) {
        input(config, spec, problems);
      }
      if (spec.isTarget()) {
        target(config, spec, problems);
      }
    }
    if (grid == null || !problems.isEmpty()) {
      problems.add(0, "these modalities do not fit the tasks of the model:");
      throw new IllegalArgumentException(String.join("\n  ", problems));
    }
    return new TaskModalities(grid);
  }

  private static void input(MultiMaeConfig config, ModalitySpec spec, List<String> problems) {
    String name = spec.name().base();
    InputTask task = config.input(name).orElse(null);
    if (task == null) {
      problems.add(
          spec.name()
              + " is an input without an input task "
              + name
              + "; the model has "
              + config.inputs().stream().map(InputTask::name).toList());
      return;
    }
    boolean classes = task.content() instanceof TaskContent.Classes;
    check(spec, "input", task.edge(), task.content().channels(), classes, problems);
  }

  private static void target(MultiMaeConfig config, ModalitySpec spec, List<String> problems) {
    String name = spec.name().base();
    List<OutputTask> tasks =
        config.outputs().stream().filter(output -> output.task().equals(name)).toList();
    if (tasks.isEmpty()) {
      problems.add(
          spec.name()
              + " is a target, but no output task predicts "
              + name
              + "; the model predicts "
              + config.outputs().stream().map(OutputTask::task).distinct().toList());
    }
    for (OutputTask task : tasks) {
      boolean classes = task.loss() == TaskLoss.CROSS_ENTROPY;
      check(spec, "output", task.edge(), task.channels(), classes, problems);
    }
  }

  private static void check(
      ModalitySpec spec,
      String side,
      int edge,
      int channels,
      boolean classes,
      List<String> problems) {
    String needed =
        edge + " x " + edge + " patches of " + channels + (classes ? " classes" : " channels");
    String given = describe(spec.space(), edge);
    if (!needed.equals(given)) {
      problems.add(spec.name() + " holds " + given + ", but the " + side + " task takes " + needed);
    }
  }

  private static String describe(TokenSpace space, int edge) {
    if (space instanceof TokenSpace.Pixels pixels) {
      int size = pixels.patchSize();
      return size + " x " + size + " patches of " + pixels.statistics().channels() + " channels";
    }
    if (space instanceof TokenSpace.ClassPatches patches) {
      int size = patches.patchSize();
      return size + " x " + size + " patches of " + patches.classes() + " classes";
    }
    if (space instanceof TokenSpace.Continuous vectors) {
      return vectors.width() % (edge * edge) == 0
          ? edge + " x " + edge + " patches of " + vectors.width() / (edge * edge) + " channels"
          : "vectors of " + vectors.width();
    }
    return "ids";
  }

  private static String text(TokenLayout.@Nullable Grid grid) {
    return grid == null ? "none" : grid.rows() + " x " + grid.columns();
  }
}
