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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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

  /** Bytes that a decoder may keep for its gradients: little enough for caches to hold some. */
  private static final long DECODED_ON_CPU = 128L << 20;

  private static final long DECODED_ON_GPU = 4L << 30;

  /** Arrays as wide as a block's tokens that it keeps, beside two as wide as its hidden layer. */
  private static final long KEPT_WIDTHS = 8;

  private final MaeConfig config;
  private final long decodedBytes;
  private final VitConfig vit;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final VitEmbedding embedding;
  private final EncoderStack encoder;
  private final @Nullable EncoderStack decoder;
  private final NDList lastNorm = new NDList();

  /** What predictions are made with, and what latents are made with: gradients meet between. */
  private final NDList above = new NDList();

  private final NDList below = new NDList();
  private final List<String> aboveNames = new ArrayList<>();
  private final List<String> belowNames = new ArrayList<>();

  /**
   * Composes a model.
   *
   * @param image what it sees and predicts: pixels or vectors on a grid
   * @param parameters laid out by {@link MaeDescription}; they stay with the caller, who closes
   *     them after this model
   * @throws IllegalArgumentException if parts do not fit, naming them and what to change
   */
  public MaskedAutoencoder(MaeConfig config, ModalitySpec image, Parameters parameters) {
    this(config, image, parameters, parameters.device().isGpu() ? DECODED_ON_GPU : DECODED_ON_CPU);
  }

  /** Composes a model whose decoder keeps so many bytes for its gradients, or those of one row. */
  MaskedAutoencoder(
      MaeConfig config, ModalitySpec image, Parameters parameters, long decodedBytes) {
    MaeChain.of(config, parameters.layout()).require();
    this.config = config;
    this.decodedBytes = decodedBytes;
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
    for (int i = 0; i < parameters.trainable().size(); i++) {
      String name = parameters.trainable().get(i).name();
      boolean decodes = name.startsWith("decoder_") || decoder != null && name.equals("mask_token");
      (decodes ? above : below).add(parameters.trainableArrays().get(i));
      (decodes ? aboveNames : belowNames).add(name);
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
   * What a batch holds, and what the encoder makes of it.
   *
   * @param seen part of the batch
   * @param removed part of the batch
   * @param latent (B, P + N, E) after the encoder's norm; of SimMIM (B, P + L, E)
   */
  private record Encoded(
      BatchArrays batch,
      PackedPart seen,
      PackedPart removed,
      PatchPlaces places,
      Arithmetic arithmetic,
      NDArray latent) {}

  /**
   * Rows of a batch after the last block.
   *
   * @param tokens (R, P + L, D) what predictions are made from, before {@code decoder_norm}
   * @param first row of the batch
   * @param rows R
   */
  private record Decoded(Encoded encoded, NDArray tokens, int first, int rows) {}

  private Encoded encode(
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
    NDArray tokens = embedding.tokens(batch, arithmetic.linear(), scope); // (B, P + N, E)
    NDArray x =
        switch (config.variant()) {
          case MAE -> call(scope, "add", tokens, embedding.positions(batch, scope));
          case SIMMIM ->
              call(
                  scope,
                  "add",
                  unshuffle(tokens, places, 0, scope), // (B, P + L, E)
                  embedding.everyPlace("pos_embed", PatchInput.grid(seen), scope));
        };
    NDArray hidden =
        switch (config.variant()) {
          case MAE -> hidden(batch, scope);
          case SIMMIM -> nothing(scope);
        };
    NDArray keep = encoder.draw(packed.rows(), vit::dropPathOf, rng, scope);
    NDArray latent =
        call(
            scope,
            "norm",
            encoder.run(x, hidden, keep, arithmetic, scope),
            parameters.get("norm.weight"),
            parameters.get("norm.bias"));
    return new Encoded(batch, seen, removed, places, arithmetic, latent);
  }

  /** Decodes a whole batch. */
  private Decoded decode(Encoded encoded, StepScope scope) {
    return decode(encoded, encoded.latent(), 0, scope);
  }

  /**
   * Decodes rows of a batch.
   *
   * @param latent (R, P + N, E) of the rows from {@code first} on
   */
  private Decoded decode(Encoded encoded, NDArray latent, int first, StepScope scope) {
    int rows = (int) latent.getShape().get(0);
    EncoderStack stack = decoder;
    if (stack == null) {
      return new Decoded(encoded, latent, first, rows);
    }
    NDArray narrow =
        call(
            scope,
            "decoder_input",
            latent,
            parameters.get("decoder_embed.weight"),
            parameters.get("decoder_embed.bias"),
            encoded.arithmetic().linear()); // (R, P + N, E) -> (R, P + N, D)
    NDArray x =
        call(
            scope,
            "add",
            unshuffle(narrow, encoded.places(), first, scope), // (R, P + L, D)
            embedding.everyPlace("decoder_pos_embed", PatchInput.grid(encoded.seen()), scope));
    NDArray tokens = stack.run(x, nothing(scope), nothing(scope), encoded.arithmetic(), scope);
    return new Decoded(encoded, tokens, first, rows);
  }

  private NDArray unshuffle(NDArray x, PatchPlaces places, int first, StepScope scope) {
    return call(
        scope,
        "unshuffle",
        x,
        vit.prefixTokens(),
        first,
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

  /** Predicts the patches at {@code count} places of the decoded rows -> (count, W). */
  private NDArray predict(Decoded decoded, int offset, int count, StepScope scope) {
    return call(
        scope,
        "predict_patches",
        decoded.tokens(),
        decoded.first(),
        decoded.encoded().places().index(),
        offset,
        count,
        lastNorm,
        parameters.get("decoder_pred.weight"),
        parameters.get("decoder_pred.bias"),
        decoded.encoded().arithmetic().linear());
  }

  private NDArray targets(NDArray patches, StepScope scope) {
    return config.normalisedTargets() ? call(scope, "normalise_patches", patches) : patches;
  }

  private NDArray losses(NDArray predicted, NDArray patches, StepScope scope) {
    boolean absolute = config.variant() == MaeVariant.SIMMIM;
    return call(scope, "patch_losses", predicted, targets(patches, scope), absolute);
  }

  /**
   * Returns what decoded rows add to the mean loss.
   *
   * @param counted patches that count in the whole batch
   */
  private NDArray loss(Decoded decoded, int counted, StepScope scope) {
    Encoded encoded = decoded.encoded();
    PatchPlaces places = encoded.places();
    int last = decoded.first() + decoded.rows();
    int removed = places.removedBefore(decoded.first());
    NDArray losses =
        losses(
            decoded,
            encoded.removed(),
            removed,
            places.removedBefore(last) - removed,
            places.removedOffset(),
            scope);
    if (config.lossOverAll()) {
      int seen = places.seenBefore(decoded.first());
      NDArray others =
          losses(
              decoded,
              encoded.seen(),
              seen,
              places.seenBefore(last) - seen,
              places.seenOffset(),
              scope);
      losses = call(scope, "join", others, losses);
    }
    return call(scope, "share_of_loss", losses, counted);
  }

  private NDArray losses(
      Decoded decoded, PackedPart part, int first, int count, int offset, StepScope scope) {
    NDArray predicted = predict(decoded, offset + first, count, scope);
    return losses(
        predicted,
        embedding.input().patches(decoded.encoded().batch(), part, first, count, scope),
        scope);
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
    int counted = counted(batch);
    if (counted == 0) {
      return new StepResult(stepLoss(0, batch), Gradients.of(parameters, Map.of()));
    }
    Encoded encoded = encode(batch, precision, rng, scope);
    double loss = 0;
    Map<String, NDArray> found = new HashMap<>();
    NDList slopes = new NDList();
    NDList sources = new NDList(above);
    int most = rowsAtOnce(encoded.places().places());
    for (int first = 0; first < batch.rows(); first += most) {
      int rows = Math.min(most, batch.rows() - first);
      // Whatever these rows leave behind is freed before the next are decoded.
      try (StepScope part = StepScope.open(scope.manager())) {
        NDArray latent = call(part, "leaf_rows", encoded.latent(), first, rows);
        NDArray share = loss(decode(encoded, latent, first, part), counted, part);
        sources.add(latent);
        NDList gradients = kernels.call(scope.manager(), "gradients", share, sources);
        sources.remove(sources.size() - 1);
        loss += share.getFloat();
        slopes.add(gradients.get(gradients.size() - 2));
        collect(gradients, aboveNames, found, scope);
      }
    }
    NDArray slope = slopes.size() == 1 ? slopes.get(0) : call(scope, "join_all", slopes);
    NDList gradients =
        kernels.call(scope.manager(), "gradients_from", encoded.latent(), slope, below);
    collect(gradients, belowNames, found, scope);
    return new StepResult(stepLoss(loss, batch), Gradients.of(parameters, found));
  }

  /**
   * Returns how many rows are decoded at once. A decoder sees every place, so that what it keeps
   * for its gradients is most of a step's memory; decoding few rows at a time costs next to
   * nothing.
   */
  private int rowsAtOnce(int places) {
    if (decoder == null) {
      return Integer.MAX_VALUE;
    }
    long perToken =
        (long) config.decoderDepth()
            * (KEPT_WIDTHS * config.decoderWidth() + 2L * config.decoderHiddenWidth())
            * Float.BYTES;
    long rows = decodedBytes / (perToken * (vit.prefixTokens() + places));
    return (int) Math.max(1, Math.min(rows, Integer.MAX_VALUE));
  }

  private void collect(
      NDList gradients, List<String> names, Map<String, NDArray> found, StepScope scope) {
    long[] numbers = gradients.get(gradients.size() - 1).toLongArray();
    NDList into = new NDList();
    NDList from = new NDList();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] >= names.size()) {
        continue; // the rows that were decoded
      }
      String name = names.get((int) numbers[i]);
      NDArray sum = found.putIfAbsent(name, gradients.get(i));
      if (sum != null) {
        into.add(sum);
        from.add(gradients.get(i));
      }
    }
    if (!into.isEmpty()) {
      kernels.callWithoutGradients(scope.manager(), "add_all", into, from);
      from.close();
    }
  }

  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    int counted = counted(batch);
    if (counted == 0) {
      return stepLoss(0, batch);
    }
    return kernels.withoutGradients(
        () -> {
          Decoded decoded = decode(encode(batch, precision, null, scope), scope);
          return stepLoss(loss(decoded, counted, scope).getFloat(), batch);
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
    return kernels.withoutGradients(() -> encode(batch, precision, null, scope).latent());
  }

  /**
   * Predicts the patch at every place, as the model predicts it.
   *
   * @return (B * L, W) row after row, in each row by place
   */
  public NDArray predictions(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> everyPrediction(decode(encode(batch, precision, null, scope), scope), scope));
  }

  /** Returns (B, P + L, D) what predictions are made from, before {@code decoder_norm}. */
  NDArray decoded(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> decode(encode(batch, precision, null, scope), scope).tokens());
  }

  private NDArray everyPrediction(Decoded decoded, StepScope scope) {
    PatchPlaces places = decoded.encoded().places();
    return predict(decoded, places.everyOffset(), places.rows() * places.places(), scope);
  }

  /**
   * Computes the loss of every patch, seen ones included.
   *
   * @return (B, L); NaN at places that are neither seen nor removed
   */
  public float[] patchLosses(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Decoded decoded = decode(encode(batch, precision, null, scope), scope);
          PatchPlaces places = decoded.encoded().places();
          NDArray predicted =
              predict(decoded, places.seenOffset(), places.seen() + places.removed(), scope);
          float[] values =
              losses(predicted, patches(decoded.encoded(), scope), scope).toFloatArray();
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
  private NDArray patches(Encoded encoded, StepScope scope) {
    return call(
        scope,
        "join",
        embedding.input().patches(encoded.batch(), encoded.seen(), scope),
        embedding.input().patches(encoded.batch(), encoded.removed(), scope));
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
          Decoded decoded = decode(encode(batch, precision, null, scope), scope);
          PatchPlaces places = decoded.encoded().places();
          TokenLayout.Grid grid = PatchInput.grid(decoded.encoded().seen());
          int width = vit.patchWidth();
          NDArray all = patches(decoded.encoded(), scope);
          float[] predicted = everyPrediction(decoded, scope).toFloatArray();
          float[] original = new float[predicted.length];
          boolean[] seen = new boolean[batch.rows() * places.places()];
          float[] patches = all.toFloatArray();
          float[] pixels =
              config.normalisedTargets() && space == TargetSpace.TRUE_STATISTICS
                  ? call(
                          scope,
                          "denormalise_patches",
                          predict(
                              decoded,
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
