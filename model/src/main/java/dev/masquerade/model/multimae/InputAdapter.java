package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Parameters;

/** Turns the patches of one task that are seen into tokens. */
final class InputAdapter {

  private final KernelModule kernels;
  private final Parameters parameters;
  private final InputTask task;
  private final TokenLayout.Grid grid;
  private final TaskPatches patches;
  private final String prefix;

  InputAdapter(KernelModule kernels, Parameters parameters, InputTask task, TokenLayout.Grid grid) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.task = task;
    this.grid = grid;
    this.patches = new TaskPatches(kernels);
    this.prefix = "input_adapters." + task.name();
  }

  /**
   * Embeds what is seen of this task.
   *
   * @param dtype of the projection
   * @return (K, D) in the order of the part, owned by the scope
   */
  NDArray tokens(BatchArrays batch, PackedPart part, int dtype, StepScope scope) {
    NDArray contents = patches.of(batch, part, scope);
    boolean classes = task.content() instanceof TaskContent.Classes;
    if (classes) {
      contents =
          call(scope, "embed_each_class", contents, parameters.get(prefix + ".class_emb.weight"));
    }
    // As the reference has it: positions of images are resized bicubically, of classes bilinearly.
    NDArray positions =
        call(
            scope,
            "grid_rows",
            parameters.get(prefix + ".pos_emb"),
            grid.rows(),
            grid.columns(),
            !classes);
    return call(
        scope,
        "embed_patches",
        contents,
        batch.indices(),
        part.positionsOffset(),
        parameters.get(prefix + ".proj.weight"),
        parameters.get(prefix + ".proj.bias"),
        positions,
        dtype);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
