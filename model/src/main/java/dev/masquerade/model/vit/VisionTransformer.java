package dev.masquerade.model.vit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.PictureClassifier;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A vision transformer over packed batches of one image modality: tokens under masks, features, and
 * a head that is trained on shares of classes.
 *
 * <p>It sees the patches on the encoder side of a batch; rows may have different numbers of them.
 * Where the grid of a batch is not that of its position table, the table is resized. Arrays belong
 * to the scope of the call.
 */
public final class VisionTransformer implements PictureClassifier {

  /** Under which the loss of the head is reported. */
  private static final String CLASSES = "classes";

  private final VitConfig config;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final VitEmbedding embedding;
  private final EncoderStack blocks;

  /** Composes a model that resizes tables as masked vision transformers do. */
  public VisionTransformer(VitConfig config, ModalitySpec image, Parameters parameters) {
    this(config, image, parameters, TableResizing.ANTIALIASED);
  }

  /**
   * Composes a model.
   *
   * @param image what it sees: pixels or vectors on a grid
   * @param parameters laid out by {@link VitDescription}; they stay with the caller, who closes
   *     them after this model. More tensors than the model's do no harm
   * @throws IllegalArgumentException if parts do not fit, naming them and what to change
   */
  public VisionTransformer(
      VitConfig config, ModalitySpec image, Parameters parameters, TableResizing resizing) {
    VitChain.of(config, parameters.layout()).require();
    VitImage.grid(config, image);
    this.config = config;
    this.parameters = parameters;
    this.kernels = Kernels.loadModel();
    this.embedding = new VitEmbedding(kernels, config, image, parameters, resizing);
    this.blocks = new EncoderStack(kernels, parameters, "blocks", config.depth(), config.heads());
  }

  /** Returns dimensions and choices. */
  public VitConfig config() {
    return config;
  }

  /** Returns the parameters this model computes with. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Computes every token. Records what gradients need unless the caller's thread evaluates.
   *
   * @param masks over the packed sequence, prefix included
   * @param rng for drop path, or null for evaluation
   * @return (B, S, D), or (B, K, D) of the kept tokens; after {@code norm} where the model has it
   */
  public NDArray tokens(
      PackedBatch batch,
      TokenMasks masks,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    return tokens(BatchArrays.upload(batch, scope), masks, precision, rng, scope);
  }

  private NDArray tokens(
      BatchArrays arrays,
      TokenMasks masks,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    Arithmetic arithmetic = arithmetic(arrays.packed(), precision);
    NDArray x = entering(arrays, masks, arithmetic, scope);
    NDArray keep = blocks.draw((int) x.getShape().get(0), config::dropPathOf, rng, scope);
    NDArray y = blocks.run(x, hidden(arrays, masks, scope), keep, arithmetic, scope);
    return config.normAfterPooling() ? y : norm("norm", y, scope);
  }

  /**
   * Returns the tokens that enter the first block, positions added.
   *
   * @return (B, S, D), or (B, K, D) of the kept tokens
   */
  public NDArray entering(
      PackedBatch batch, TokenMasks masks, Precision precision, StepScope scope) {
    return entering(BatchArrays.upload(batch, scope), masks, arithmetic(batch, precision), scope);
  }

  private NDArray entering(
      BatchArrays arrays, TokenMasks masks, Arithmetic arithmetic, StepScope scope) {
    NDArray x = embedding.tokens(arrays, arithmetic.linear(), scope); // (B, S, D)
    if (masks.masked() != null) {
      if (!config.maskToken()) {
        throw new IllegalArgumentException(
            "this model has no mask token to stand for masked ones: set maskToken");
      }
      x = call(scope, "mask_tokens", x, masks.masked(), parameters.get("mask_token"));
    }
    x = call(scope, "add", x, embedding.positions(arrays, scope));
    return masks.kept() == null
        ? x
        : call(scope, "keep_tokens", x, masks.kept()); // (B, S, D) -> (B, K, D)
  }

  /**
   * Computes what chosen blocks give, without drop path.
   *
   * @param layers numbers of blocks, from 0; negative ones count from the end
   * @param normed whether {@code norm} is applied to each
   * @return as many arrays (B, S, D), in the order of {@code layers}
   */
  public List<NDArray> intermediates(
      PackedBatch batch,
      TokenMasks masks,
      List<Integer> layers,
      boolean normed,
      Precision precision,
      StepScope scope) {
    int depth = config.depth();
    for (int layer : layers) {
      if (layer < -depth || layer >= depth) {
        throw new IllegalArgumentException(
            "block " + layer + " is not in [" + -depth + ", " + (depth - 1) + "]");
      }
    }
    return kernels.withoutGradients(
        () -> {
          BatchArrays arrays = BatchArrays.upload(batch, scope);
          Arithmetic arithmetic = arithmetic(batch, precision);
          NDArray x = entering(arrays, masks, arithmetic, scope);
          List<NDArray> outputs = blocks.layers(x, hidden(arrays, masks, scope), arithmetic, scope);
          return layers.stream()
              .map(layer -> outputs.get(Math.floorMod(layer, depth)))
              .map(y -> normed ? norm(finalNorm(), y, scope) : y)
              .toList();
        });
  }

  /**
   * Computes one vector per image, for evaluation.
   *
   * @param pooling MEAN and MAX are over patches, without class and register tokens
   * @return (B, D) float32
   */
  public NDArray features(
      PackedBatch batch, Pooling pooling, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> pooled(batch, TokenMasks.NONE, pooling, precision, null, scope));
  }

  /**
   * Computes one vector per image under masks, and records what gradients need.
   *
   * @param masks that leave whole sequences, or such that pooling is by the class token
   * @param rng for drop path, or null for evaluation
   * @return (B, D) float32
   */
  public NDArray pooled(
      PackedBatch batch,
      TokenMasks masks,
      Pooling pooling,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    if (pooling == Pooling.CLASS_TOKEN && !config.classToken()) {
      throw new IllegalArgumentException(
          "this model has no class token; pool by MEAN or MAX, or set classToken");
    }
    if (pooling != Pooling.CLASS_TOKEN && masks.kept() != null) {
      throw new IllegalArgumentException(
          "tokens kept by number are pooled by their class token alone, not by " + pooling);
    }
    BatchArrays arrays = BatchArrays.upload(batch, scope);
    NDArray tokens = tokens(arrays, masks, precision, rng, scope);
    PackedSide side = batch.encoder();
    NDArray pooled =
        call(
            scope,
            "pool_tokens",
            tokens,
            arrays.indices(),
            side.validOffset(),
            side.padded(),
            config.prefixTokens(),
            pooling.ordinal()); // (B, S, D) -> (B, D)
    return config.normAfterPooling() ? norm("fc_norm", pooled, scope) : pooled;
  }

  @Override
  public NDArray logits(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> scores(batch, precision, null, scope));
  }

  private NDArray scores(
      PackedBatch batch,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    if (config.classes() == 0) {
      throw new IllegalStateException("this model has no head; set classes");
    }
    return call(
        scope,
        "class_scores",
        pooled(batch, TokenMasks.NONE, config.pooling(), precision, rng, scope),
        parameters.get("head.weight"),
        parameters.get("head.bias"),
        Kernels.dtype(precision));
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch,
      NDArray targets,
      Precision precision,
      UniformRandomProvider rng,
      StepScope scope) {
    NDArray scores = scores(batch, precision, rng, scope);
    NDArray loss = crossEntropy(scores, targets, scope);
    NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
    int last = found.size() - 1;
    Gradients gradients =
        Gradients.of(
            found.subList(0, last), found.get(last).toLongArray(), parameters.trainable().size());
    return new StepResult(stepLoss(loss, batch), gradients);
  }

  /** Computes the mean cross-entropy of the head alone, without drop path. */
  public StepLoss loss(PackedBatch batch, NDArray targets, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> stepLoss(crossEntropy(scores(batch, precision, null, scope), targets, scope), batch));
  }

  private NDArray crossEntropy(NDArray scores, NDArray targets, StepScope scope) {
    if (!targets.getShape().equals(scores.getShape())) {
      throw new IllegalArgumentException(
          "targets must hold a share per image and class, "
              + scores.getShape()
              + ", were "
              + targets.getShape());
    }
    return call(scope, "soft_cross_entropy", scores, targets);
  }

  private static StepLoss stepLoss(NDArray loss, PackedBatch batch) {
    double value = loss.getFloat();
    return new StepLoss(
        value,
        List.of(new ModalityLoss(CLASSES, value, batch.rows())),
        batch.encoder().tokens(),
        batch.rows());
  }

  private String finalNorm() {
    return config.normAfterPooling() ? "fc_norm" : "norm";
  }

  private NDArray norm(String name, NDArray x, StepScope scope) {
    return call(scope, "norm", x, parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  /** What must not be attended to: padding, unless tokens are chosen by number. */
  private NDArray hidden(BatchArrays batch, TokenMasks masks, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    if (!side.padded()) {
      return scope.manager().create(new Shape(0), DataType.FLOAT32);
    }
    if (masks.kept() != null) {
      throw new IllegalArgumentException(
          "tokens can be kept by number only where all rows hold as many patches");
    }
    return call(
        scope,
        "hide_padding",
        batch.indices(),
        side.validOffset(),
        batch.packed().rows(),
        side.length(),
        config.prefixTokens());
  }

  private Arithmetic arithmetic(PackedBatch batch, Precision precision) {
    return Arithmetic.of(
        precision, parameters.device(), config.prefixTokens() + batch.encoder().length());
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
