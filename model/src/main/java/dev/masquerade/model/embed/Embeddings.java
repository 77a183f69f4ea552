package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Parameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Embeds both sides of packed batches. */
public final class Embeddings {

  private final KernelModule kernels;
  private final ModelConfig config;
  private final Parameters parameters;
  private final Map<String, EncoderEmbedding> encoders = new HashMap<>();
  private final Map<String, DecoderEmbedding> decoders = new HashMap<>();

  /** Looks up the tables of every modality. */
  public Embeddings(
      KernelModule kernels,
      ModelConfig config,
      List<ModalitySpec> modalities,
      Parameters parameters) {
    this.kernels = kernels;
    this.config = config;
    this.parameters = parameters;
    for (ModalitySpec spec : modalities) {
      if (spec.isInput()) {
        encoders.put(spec.name().value(), new EncoderEmbedding(kernels, parameters, spec));
      }
      if (spec.isTarget() && config.hasDecoder()) {
        decoders.put(spec.name().value(), new DecoderEmbedding(kernels, parameters, spec));
      }
    }
  }

  /**
   * Embeds what the encoder sees, registers first.
   *
   * @param dtype of projections of pixels and vectors
   * @param leaves receives rows taken from tables; null for evaluation
   * @return arrays owned by the scope
   */
  public Embedded encoder(
      BatchArrays batch, int dtype, @Nullable EmbeddedRows leaves, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    NDList contents = new NDList();
    NDList places = new NDList();
    for (PackedPart part : embedded(side, leaves)) {
      EncoderEmbedding embedding = of(encoders, part);
      contents.add(embedding.content(batch, part, dtype, leaves, scope)); // (K, D)
      places.add(embedding.place(batch, part, scope)); // (K, D)
    }
    NDArray content = arrange(batch, side.contentRowsOffset(), side, contents, scope);
    NDArray place = arrange(batch, side.placeRowsOffset(), side, places, scope); // (B, N, D)
    int registers = config.registerTokens();
    if (registers > 0) {
      NDArray tokens = parameters.get("register_tokens");
      content = call(scope, "prepend_registers", content, tokens); // (B, N, D) -> (B, R + N, D)
      place = call(scope, "prepend_zeros", place, registers);
    }
    return new Embedded(content, place);
  }

  /**
   * Embeds what the decoder is given: mask tokens on grids, the tokens themselves in sequences.
   *
   * @param leaves receives rows taken from tables; null for evaluation
   * @return arrays owned by the scope
   */
  public Embedded decoder(BatchArrays batch, @Nullable EmbeddedRows leaves, StepScope scope) {
    PackedSide side = batch.packed().decoder();
    NDList contents = new NDList(call(scope, "as_row", parameters.get("mask_token")));
    NDList places = new NDList();
    for (PackedPart part : embedded(side, leaves)) {
      DecoderEmbedding embedding = of(decoders, part);
      if (part.ordered()) {
        contents.add(embedding.content(batch, part, leaves, scope)); // (K, D)
      }
      places.add(embedding.place(batch, part, scope)); // (K, D)
    }
    return new Embedded(
        arrange(batch, side.contentRowsOffset(), side, contents, scope), // (B, M, D)
        arrange(batch, side.placeRowsOffset(), side, places, scope));
  }

  /**
   * Returns the tables that the decoder embeds the tokens of a sequence with.
   *
   * @throws IllegalArgumentException if the model has no such target
   */
  public SequenceTables sequence(ModalityName target) {
    DecoderEmbedding embedding = decoders.get(target.value());
    if (embedding == null) {
      throw new IllegalArgumentException(
          "the model does not predict " + target + "; it predicts " + decoders.keySet());
    }
    return embedding.tables();
  }

  /** Without gradients, modalities of which nothing was kept need no call; one must remain. */
  private static List<PackedPart> embedded(PackedSide side, @Nullable EmbeddedRows leaves) {
    if (leaves != null) {
      return side.parts();
    }
    List<PackedPart> present = side.parts().stream().filter(part -> part.count() > 0).toList();
    return present.isEmpty() ? side.parts() : present;
  }

  private NDArray arrange(
      BatchArrays batch, int offset, PackedSide side, NDList parts, StepScope scope) {
    return call(
        scope, "arrange", batch.indices(), offset, batch.packed().rows(), side.length(), parts);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  private static <T> T of(Map<String, T> embeddings, PackedPart part) {
    T embedding = embeddings.get(part.spec().name().value());
    if (embedding == null) {
      throw new IllegalArgumentException(
          "the model was built without "
              + part.spec().name()
              + " on this side; it knows "
              + embeddings.keySet());
    }
    return embedding;
  }
}
