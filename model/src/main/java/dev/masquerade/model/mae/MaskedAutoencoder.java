package dev.masquerade.model.mae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.Network;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import dev.masquerade.model.vit.PatchInput;
import dev.masquerade.model.vit.TableResizing;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitEmbedding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A masked autoencoder over packed batches of one image modality: the encoder side holds the seen
 * patches, the decoder side the removed ones. Rows may have different numbers of either; patches on
 * neither side are as if removed, but are not predicted for the loss.
 *
 * <p>Arrays it makes belong to the scope of the call.
 */
public final class MaskedAutoencoder implements Network {

  private final MaeConfig config;
  private final VitConfig vit;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final VitEmbedding embedding;
  private final EncoderStack encoder;
  private final @Nullable EncoderStack decoder;
  private final NDList lastNorm = new NDList();

  /**
   * Composes a model.
   *
   * @param image what it sees and predicts: pixels or vectors on a grid
   * @param parameters laid out by {@link MaeDescription}; they stay with the caller, who closes
   *     them after this model
   * @throws IllegalArgumentException if parts do not fit, naming them and what to change
   */
  public MaskedAutoencoder(MaeConfig config, ModalitySpec image, Parameters parameters) {
    MaeChain.of(config, parameters.layout()).require();
    this.config = config;
    this.vit = config.encoder();
    this.parameters = parameters;
    this.kernels = Kernels.loadModel();
    this.embedding = new VitEmbedding(kernels, vit, image, parameters, TableResizing.ANTIALIASED);
    this.encoder = new EncoderStack(kernels, parameters, "blocks", vit.depth(), vit.heads());
    this.decoder =
        switch (config.variant()) {
          case MAE ->
              new EncoderStack(
                  kernels,
                  parameters,
                  "decoder_blocks",
                  config.decoderDepth(),
                  config.decoderHeads());
          case SIMMIM -> null;
        };
    if (decoder != null) {
      lastNorm.add(parameters.get("decoder_norm.weight"));
      lastNorm.add(parameters.get("decoder_norm.bias"));
    }
  }

  /** Returns dimensions and choices. */
  public MaeConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /**
   * A pass up to the last block.
   *
   * @param seen part of the batch
   * @param removed part of the batch
   * @param latent (B, P + N, E) after the encoder's norm; of SimMIM (B, P + L, E)
   * @param decoded (B, P + L, D) what predictions are made from, before {@code decoder_norm}
   */
  record Forward(
      BatchArrays batch,
      PackedPart seen,
      PackedPart removed,
      PatchPlaces places,
      Arithmetic arithmetic,
      NDArray latent,
      NDArray decoded) {}

  Forward forward(
      PackedBatch packed,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    BatchArrays batch = BatchArrays.upload(packed, scope);
    PackedPart seen = embedding.input().part(packed.encoder());
    PackedPart removed = embedding.input().part(packed.decoder());
    PatchPlaces places = PatchPlaces.of(packed, seen, removed, vit.prefixTokens(), scope);
    Arithmetic arithmetic =
        Arithmetic.of(precision, parameters.device(), vit.prefixTokens() + places.places());
    NDArray latent = encode(batch, places, seen, arithmetic, rng, scope);
    NDArray decoded =
        switch (config.variant()) {
          case MAE -> decode(latent, batch, places, seen, arithmetic, scope);
          case SIMMIM -> latent;
        };
    return new Forward(batch, seen, removed, places, arithmetic, latent, decoded);
  }

  private NDArray encode(
      BatchArrays batch,
      PatchPlaces places,
      PackedPart seen,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    int rows = batch.packed().rows();
    NDArray tokens = embedding.tokens(batch, arithmetic.linear(), scope); // (B, P + N, E)
    NDArray x =
        switch (config.variant()) {
          case MAE -> call(scope, "add", tokens, embedding.positions(batch, scope));
          case SIMMIM ->
              call(
                  scope,
                  "add",
                  unshuffle(tokens, rows, places, scope), // (B, P + L, E)
                  embedding.everyPlace("pos_embed", PatchInput.grid(seen), scope));
        };
    NDArray hidden =
        switch (config.variant()) {
          case MAE -> hidden(batch, scope);
          case SIMMIM -> nothing(scope);
        };
    NDArray keep = encoder.draw(rows, vit::dropPathOf, rng, scope);
    return call(
        scope,
        "norm",
        encoder.run(x, hidden, keep, arithmetic, scope),
        parameters.get("norm.weight"),
        parameters.get("norm.bias"));
  }

  private NDArray decode(
      NDArray latent,
      BatchArrays batch,
      PatchPlaces places,
      PackedPart seen,
      Arithmetic arithmetic,
      StepScope scope) {
    NDArray narrow =
        call(
            scope,
            "decoder_input",
            latent,
            parameters.get("decoder_embed.weight"),
            parameters.get("decoder_embed.bias"),
            arithmetic.linear()); // (B, P + N, E) -> (B, P + N, D)
    NDArray x =
        call(
            scope,
            "add",
            unshuffle(narrow, batch.packed().rows(), places, scope), // (B, P + L, D)
            embedding.everyPlace("decoder_pos_embed", PatchInput.grid(seen), scope));
    EncoderStack stack = decoder;
    if (stack == null) {
      throw new IllegalStateException("SimMIM has no decoder");
    }
    return stack.run(x, nothing(scope), nothing(scope), arithmetic, scope);
  }

  private NDArray unshuffle(NDArray x, int rows, PatchPlaces places, StepScope scope) {
    return call(
        scope,
        "unshuffle",
        x,
        vit.prefixTokens(),
        rows,
        places.index(),
        places.tokensOffset(),
        places.places(),
        parameters.get("mask_token"));
  }

  private NDArray hidden(BatchArrays batch, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    return side.padded()
        ? call(
            scope,
            "hide_padding",
            batch.indices(),
            side.validOffset(),
            batch.packed().rows(),
            side.length(),
            vit.prefixTokens())
        : nothing(scope);
  }

  /** Predicts the patches at {@code count} places of the sequence -> (count, W). */
  private NDArray predict(Forward forward, int offset, int count, StepScope scope) {
    return call(
        scope,
        "predict_patches",
        forward.decoded(),
        forward.places().index(),
        offset,
        count,
        lastNorm,
        parameters.get("decoder_pred.weight"),
        parameters.get("decoder_pred.bias"),
        forward.arithmetic().linear());
  }

  private NDArray targets(NDArray patches, StepScope scope) {
    return config.normalisedTargets() ? call(scope, "normalise_patches", patches) : patches;
  }

  /** Returns the losses of all patches that count, (K); null where there is none. */
  private @Nullable NDArray losses(Forward forward, StepScope scope) {
    PatchPlaces places = forward.places();
    int seen = config.lossOverAll() ? places.seen() : 0;
    int count = seen + places.removed();
    if (count == 0) {
      return null;
    }
    NDArray patches = embedding.input().patches(forward.batch(), forward.removed(), scope);
    if (seen > 0) {
      NDArray others = embedding.input().patches(forward.batch(), forward.seen(), scope);
      patches = call(scope, "join", others, patches);
    }
    NDArray predicted = predict(forward, places.removedOffset() - seen, count, scope);
    return losses(predicted, targets(patches, scope), scope);
  }

  private NDArray losses(NDArray predicted, NDArray targets, StepScope scope) {
    boolean absolute = config.variant() == MaeVariant.SIMMIM;
    return call(scope, "patch_losses", predicted, targets, absolute);
  }

  /**
   * Computes loss and gradients. A batch from which nothing is removed has loss 0 and no gradients.
   *
   * @param batch stays open until the scope is closed
   * @param rng stream of this step, for drop path; not advanced where the model has none
   * @param scope below the parameters' manager
   */
  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    if (counted(batch) == 0) {
      return new StepResult(stepLoss(0, batch), Gradients.of(parameters, Map.of()));
    }
    Forward forward = forward(batch, precision, rng, scope);
    NDArray loss = call(scope, "mean_loss", losses(forward, scope));
    NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
    int last = found.size() - 1;
    Gradients gradients =
        Gradients.of(
            found.subList(0, last), found.get(last).toLongArray(), parameters.trainable().size());
    return new StepResult(stepLoss(loss.getFloat(), batch), gradients);
  }

  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    if (counted(batch) == 0) {
      return stepLoss(0, batch);
    }
    return kernels.withoutGradients(
        () -> {
          Forward forward = forward(batch, precision, null, scope);
          return stepLoss(call(scope, "mean_loss", losses(forward, scope)).getFloat(), batch);
        });
  }

  private int counted(PackedBatch batch) {
    return batch.decoder().tokens() + (config.lossOverAll() ? batch.encoder().tokens() : 0);
  }

  private StepLoss stepLoss(double loss, PackedBatch batch) {
    String name = embedding.input().part(batch.decoder()).spec().name().value();
    return new StepLoss(
        loss,
        List.of(new ModalityLoss(name, loss, counted(batch))),
        batch.encoder().tokens(),
        counted(batch));
  }

  /**
   * Encodes what is seen, for evaluation.
   *
   * @return (B, P + N, E) after the norm; of SimMIM (B, P + L, E)
   */
  public NDArray latent(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> forward(batch, precision, null, scope).latent());
  }

  /**
   * Predicts the patch at every place, as the model predicts it.
   *
   * @return (B * L, W) row after row, in each row by place
   */
  public NDArray predictions(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> everyPrediction(forward(batch, precision, null, scope), scope));
  }

  private NDArray everyPrediction(Forward forward, StepScope scope) {
    PatchPlaces places = forward.places();
    int count = forward.batch().packed().rows() * places.places();
    return predict(forward, places.everyOffset(), count, scope);
  }

  /**
   * Computes the loss of every patch, seen ones included.
   *
   * @return (B, L); NaN at places that are neither seen nor removed
   */
  public float[] patchLosses(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Forward forward = forward(batch, precision, null, scope);
          PatchPlaces places = forward.places();
          NDArray predicted =
              predict(forward, places.seenOffset(), places.seen() + places.removed(), scope);
          NDArray targets = targets(patches(forward, scope), scope);
          float[] values = losses(predicted, targets, scope).toFloatArray();
          float[] losses = new float[batch.rows() * places.places()];
          Arrays.fill(losses, Float.NaN);
          for (int i = 0; i < losses.length; i++) {
            int patch = places.patch(i / places.places(), i % places.places());
            if (patch >= 0) {
              losses[i] = values[patch];
            }
          }
          return losses;
        });
  }

  /** Returns all patches of a batch (K, W), the seen ones first. */
  private NDArray patches(Forward forward, StepScope scope) {
    return call(
        scope,
        "join",
        embedding.input().patches(forward.batch(), forward.seen(), scope),
        embedding.input().patches(forward.batch(), forward.removed(), scope));
  }

  /**
   * Predicts whole images.
   *
   * @param space where targets were normalised, whether the statistics of the true patches are put
   *     back; places without a known patch then show the prediction as it is
   */
  public Reconstruction reconstruct(
      PackedBatch batch, TargetSpace space, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Forward forward = forward(batch, precision, null, scope);
          PatchPlaces places = forward.places();
          TokenLayout.Grid grid = PatchInput.grid(forward.seen());
          int width = vit.patchWidth();
          NDArray all = patches(forward, scope);
          float[] predicted = everyPrediction(forward, scope).toFloatArray();
          float[] original = new float[predicted.length];
          boolean[] seen = new boolean[batch.rows() * places.places()];
          float[] patches = all.toFloatArray();
          float[] pixels =
              config.normalisedTargets() && space == TargetSpace.TRUE_STATISTICS
                  ? call(
                          scope,
                          "denormalise_patches",
                          predict(
                              forward,
                              places.seenOffset(),
                              places.seen() + places.removed(),
                              scope),
                          all)
                      .toFloatArray()
                  : null;
          for (int i = 0; i < seen.length; i++) {
            int patch = places.patch(i / places.places(), i % places.places());
            if (patch < 0) {
              continue;
            }
            seen[i] = patch < places.seen();
            System.arraycopy(patches, patch * width, original, i * width, width);
            if (pixels != null) {
              System.arraycopy(pixels, patch * width, predicted, i * width, width);
            }
          }
          return new Reconstruction(
              grid, vit.patchSize(), vit.channels(), predicted, original, seen);
        });
  }

  private static NDArray nothing(StepScope scope) {
    return scope.manager().create(new Shape(0), DataType.FLOAT32);
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
