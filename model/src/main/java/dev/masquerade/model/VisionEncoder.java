package dev.masquerade.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.embed.Embedded;
import dev.masquerade.model.embed.Embeddings;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.Transformer;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.weights.DimensionChain;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of the 4M family alone: features of pictures, and what an output head makes of them.
 *
 * <p>Batches are packed like those of a {@link MaskedModel}; with nothing ignored every patch is
 * seen. Arrays belong to the scope of the call.
 */
public final class VisionEncoder implements PictureClassifier {

  private final ModelConfig config;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final Embeddings embeddings;
  private final Transformer transformer;

  /**
   * Composes an encoder.
   *
   * @param config without a decoder
   * @param modalities what it sees, those the parameters were laid out for
   * @param parameters stay with the caller
   */
  public VisionEncoder(ModelConfig config, List<ModalitySpec> modalities, Parameters parameters) {
    if (config.hasDecoder()) {
      throw new IllegalArgumentException(
          "decoderDepth is "
              + config.decoderDepth()
              + ": a vision encoder has no decoder. Set it to 0, or use MaskedModel");
    }
    DimensionChain.of(config, parameters.layout()).require();
    this.config = config;
    this.parameters = parameters;
    this.kernels = Kernels.loadModel();
    this.embeddings = new Embeddings(kernels, config, modalities, parameters);
    this.transformer = new Transformer(kernels, config, parameters);
  }

  /**
   * Computes features.
   *
   * @param rng for drop path, or null for evaluation
   * @return (B, R + N, D) after the final norm
   */
  public NDArray tokens(
      PackedBatch packed,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    return tokens(BatchArrays.upload(packed, scope), precision, rng, scope);
  }

  private NDArray tokens(
      BatchArrays batch,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    Arithmetic arithmetic =
        Arithmetic.of(precision, parameters.device(), batch.packed().encoder().length());
    Embedded seen = embeddings.encoder(batch, arithmetic.linear(), null, scope);
    NDArray hidden = transformer.hiddenInEncoder(batch, scope);
    return transformer.encode(seen, hidden, arithmetic, rng, scope);
  }

  /**
   * Averages features over places.
   *
   * @param tokens from {@link #tokens}, of a batch without padding
   * @return (B, D)
   */
  public NDArray pooled(NDArray tokens, StepScope scope) {
    return kernels.call(scope.manager(), "mean_of_places", tokens).get(0);
  }

  /**
   * Applies the output head to averaged features.
   *
   * @param pooled (B, D)
   * @return (B, outputs)
   */
  public NDArray outputs(NDArray pooled, Precision precision, StepScope scope) {
    if (config.outputs() == 0) {
      throw new IllegalStateException("this encoder has no output head; set outputs");
    }
    return kernels
        .call(
            scope.manager(),
            "output_head",
            pooled,
            parameters.get("output_head.weight"),
            parameters.get("output_head.bias"),
            Kernels.dtype(precision))
        .get(0);
  }

  /**
   * Computes one vector per row of a batch, for evaluation.
   *
   * @param pooling over valid places, without registers: the mean or the largest
   * @return (B, D) float32, owned by the scope
   */
  public NDArray features(
      PackedBatch packed, Pooling pooling, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> pooled(packed, pooling, precision, null, scope));
  }

  private NDArray pooled(
      PackedBatch packed,
      Pooling pooling,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    if (pooling == Pooling.CLASS_TOKEN) {
      throw new IllegalArgumentException("this model has no class token; pool by MEAN or MAX");
    }
    BatchArrays batch = BatchArrays.upload(packed, scope);
    NDArray tokens = tokens(batch, precision, rng, scope); // (B, R + N, D)
    return kernels
        .call(
            scope.manager(),
            "pool_tokens",
            tokens,
            batch.indices(),
            packed.encoder().validOffset(),
            packed.encoder().padded(),
            config.registerTokens(),
            pooling.ordinal())
        .get(0);
  }

  @Override
  public NDArray logits(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> outputs(pooled(batch, Pooling.MEAN, precision, null, scope), precision, scope));
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch,
      NDArray targets,
      Precision precision,
      UniformRandomProvider rng,
      StepScope scope) {
    NDArray scores = outputs(pooled(batch, Pooling.MEAN, precision, rng, scope), precision, scope);
    NDArray loss = kernels.call(scope.manager(), "soft_cross_entropy", scores, targets).get(0);
    NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
    int last = found.size() - 1;
    double value = loss.getFloat();
    return new StepResult(
        new StepLoss(
            value,
            List.of(new ModalityLoss("classes", value, batch.rows())),
            batch.encoder().tokens(),
            batch.rows()),
        Gradients.of(
            found.subList(0, last), found.get(last).toLongArray(), parameters.trainable().size()));
  }

  @Override
  public void close() {
    kernels.close();
  }
}
