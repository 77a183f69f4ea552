package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import java.util.List;

/**
 * Predicts every place of one task from what the encoder saw of all: a query per place looks at all
 * seen tokens once, without a residual, and blocks of self-attention follow.
 */
final class TaskDecoder {

  /** Tensors of a decoder in the order of its kernel, an absent one as an empty name. */
  private static final List<String> ORDER =
      List.of(
          "proj_context",
          "query_norm",
          "context_norm",
          "decoder.q",
          "decoder.kv",
          "decoder.proj",
          "",
          "",
          "out_norm",
          "mlp.fc1",
          "mlp.fc2",
          "",
          "out_proj");

  private static final List<String> BLOCK =
      List.of("norm1", "attn.qkv", "attn.proj", "", "", "norm2", "mlp.fc1", "mlp.fc2", "");

  private final KernelModule kernels;
  private final Parameters parameters;
  private final OutputTask task;
  private final TokenLayout.Grid grid;
  private final String prefix;
  private final NDList weights = new NDList();
  private final NDList blocks = new NDList();

  TaskDecoder(KernelModule kernels, Parameters parameters, OutputTask task, TokenLayout.Grid grid) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.task = task;
    this.grid = grid;
    this.prefix = "output_adapters." + task.name();
    weights.add(parameters.get(prefix + ".mask_token"));
    collect(parameters, prefix, ORDER, weights);
    for (int layer = 0; layer < task.decoder().depth(); layer++) {
      collect(parameters, prefix + ".decoder_transformer." + layer, BLOCK, blocks);
    }
  }

  /** Adds weight and bias of each part; what is absent has no elements. */
  private static void collect(
      Parameters parameters, String prefix, List<String> parts, NDList target) {
    for (String part : parts) {
      String name = part.isEmpty() ? "absent" : prefix + "." + part;
      target.add(parameters.orAbsent(name + ".weight"));
      target.add(parameters.orAbsent(name + ".bias"));
    }
  }

  /** Returns the task that is predicted. */
  OutputTask task() {
    return task;
  }

  /**
   * Predicts.
   *
   * @param encoded (B, N + G, D)
   * @param queryRows from {@link SeenPlaces}
   * @param hidden scores that hide padding, (B, 1, 1, N + G), or no elements
   * @return (B, L, C x P), the pixels of a channel together, owned by the scope
   */
  NDArray predict(
      BatchArrays batch,
      NDArray encoded,
      NDArray queryRows,
      NDArray hidden,
      Arithmetic arithmetic,
      StepScope scope) {
    NDArray positions =
        call(
            scope,
            "grid_rows",
            parameters.get(prefix + ".pos_emb"),
            grid.rows(),
            grid.columns(),
            false); // (1, L, d)
    PackedSide side = batch.packed().encoder();
    NDList places = new NDList();
    for (PackedPart part : side.parts()) {
      places.add(
          call(
              scope,
              "embed_place",
              batch.indices(),
              part.positionsOffset(),
              part.count(),
              positions,
              parameters.get(embedding(part.spec().name().base())))); // (K, d)
    }
    NDArray arranged =
        call(
            scope,
            "arrange",
            batch.indices(),
            side.placeRowsOffset(),
            batch.packed().rows(),
            side.length(),
            places); // (B, N, d)
    String own = embedding(task.task());
    NDArray ownTask =
        parameters.layout().contains(own)
            ? parameters.get(own)
            : scope.manager().create(new Shape(0), DataType.FLOAT32);
    return call(
        scope,
        "decode_task",
        encoded,
        arranged,
        queryRows,
        positions,
        ownTask,
        weights,
        blocks,
        task.decoder().heads(),
        hidden,
        arithmetic.linear(),
        arithmetic.attention());
  }

  private String embedding(String input) {
    return prefix + ".task_embeddings." + input;
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
