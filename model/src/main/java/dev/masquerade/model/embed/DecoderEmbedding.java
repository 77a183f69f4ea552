package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Parameters;
import org.jspecify.annotations.Nullable;

/** Embeds what the decoder is given of one modality. */
final class DecoderEmbedding {

  private final KernelModule kernels;
  private final NDArray positions;
  private final NDArray modality;
  private final String tableName;
  private final NDArray table;

  DecoderEmbedding(KernelModule kernels, Parameters parameters, ModalitySpec spec) {
    this.kernels = kernels;
    String prefix = "decoder_embeddings." + spec.name();
    this.positions = parameters.get(prefix + ".pos_emb");
    this.modality = parameters.get(prefix + ".mod_emb");
    this.tableName = prefix + ".token_emb.weight";
    this.table = parameters.get(tableName);
  }

  /**
   * Returns (K, D) embedded ids of a sequence, owned by the scope.
   *
   * @param leaves receives them; null for evaluation
   */
  NDArray content(
      BatchArrays batch, PackedPart part, @Nullable EmbeddedRows leaves, StepScope scope) {
    return EmbeddedRows.take(kernels, leaves, batch, part, tableName, table, true, scope);
  }

  /** Returns the tables themselves. */
  SequenceTables tables() {
    return new SequenceTables(new NDList(table, positions, modality));
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
