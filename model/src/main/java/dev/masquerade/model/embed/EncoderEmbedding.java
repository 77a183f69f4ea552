package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Embeds the kept tokens of one modality for the encoder. */
final class EncoderEmbedding {

  private final KernelModule kernels;
  private final TokenSpace space;
  private final String table;
  private final boolean paddingRow;
  private final NDArray positions;
  private final NDArray modality;
  private final NDList weights;
  private final NDList statistics;

  EncoderEmbedding(KernelModule kernels, Parameters parameters, ModalitySpec spec) {
    this.kernels = kernels;
    this.space = spec.space();
    this.paddingRow = spec.layout() instanceof TokenLayout.Sequence;
    String prefix = "encoder_embeddings." + spec.name();
    this.table = prefix + ".token_emb.weight";
    this.positions = parameters.get(prefix + ".pos_emb");
    this.modality = parameters.get(prefix + ".mod_emb");
    this.weights = weights(parameters, prefix);
    this.statistics = statistics(parameters.manager(), spec.space());
  }

  private static NDList weights(Parameters parameters, String prefix) {
    NDList weights = new NDList();
    for (String layer : List.of("token_emb", "proj", "emb_proj", "emb_proj.0", "emb_proj.1")) {
      String name = prefix + "." + layer;
      if (parameters.layout().contains(name + ".weight")) {
        weights.add(parameters.get(name + ".weight"));
        weights.add(parameters.orAbsent(name + ".bias"));
      }
    }
    return weights;
  }

  private static NDList statistics(NDManager manager, TokenSpace space) {
    if (space instanceof TokenSpace.Pixels pixels) {
      return new NDList(
          manager.create(toArray(pixels.statistics().mean())),
          manager.create(toArray(pixels.statistics().deviation())));
    }
    return new NDList();
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /**
   * Returns (K, D) contents, owned by the scope.
   *
   * @param leaves receives rows taken from a table; null for evaluation
   */
  NDArray content(
      BatchArrays batch,
      PackedPart part,
      int dtype,
      @Nullable EmbeddedRows leaves,
      StepScope scope) {
    NDManager owner = scope.manager();
    int count = part.count();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (space instanceof TokenSpace.Pixels pixels) {
      return kernels
          .call(
              owner,
              "embed_pixels",
              batch.pixels(),
              part.contentOffset(),
              count,
              pixels.width(),
              statistics.get(0),
              statistics.get(1),
              weights.get(0),
              dtype)
          .get(0);
    }
    if (space instanceof TokenSpace.Continuous vectors) {
      return kernels
          .call(
              owner,
              "embed_vectors",
              batch.vectors(),
              part.contentOffset(),
              count,
              vectors.width(),
              weights,
              dtype)
          .get(0);
    }
    return EmbeddedRows.take(
        kernels, leaves, batch, part, table, weights.get(0), paddingRow, scope);
  }

  /** Returns (K, D) sums of position and modality embeddings, owned by the scope. */
  NDArray place(BatchArrays batch, PackedPart part, StepScope scope) {
    return kernels
        .call(
            scope.manager(),
            "embed_place",
            batch.indices(),
            part.positionsOffset(),
            part.count(),
            positions,
            modality)
        .get(0);
  }
}
