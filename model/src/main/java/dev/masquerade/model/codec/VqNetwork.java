package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.Network;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.CodeUse;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer in training, over packed batches in which every patch of one modality is seen: the
 * loss is what reconstruction lacks, plus what the quantizer adds. Codebooks that follow averages
 * move after each step of the optimiser, never by gradients, and are tensors of the model, so that
 * a checkpoint holds them.
 *
 * <p>Where the grid of a batch is not that of its position tables, they are resized: batches may
 * have different resolutions. Arrays belong to the scope of the call.
 */
public final class VqNetwork implements Network {

  private final VqConfig config;
  private final ModalitySpec image;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final CodecInput input;
  private final VqEncoder encoder;
  private final Quantizer quantizer;
  private final VqDecoder decoder;

  /**
   * Composes a network.
   *
   * @param image what becomes ids: patches of bytes, of classes, or vectors on a grid
   * @param parameters laid out by {@link VqDescription}; they stay with the caller, who closes them
   *     after this network
   * @throws IllegalArgumentException if parts do not fit, naming them, their widths and what to
   *     change
   */
  public VqNetwork(VqConfig config, ModalitySpec image, Parameters parameters) {
    VqChain.of(config, parameters.layout()).require();
    CodecImage.grid(config.tokens(), image);
    this.config = config;
    this.image = image;
    this.parameters = parameters;
    this.kernels = Kernels.loadModelWith(Kernels.MULTIMAE, Kernels.CODEC);
    this.input = new CodecInput(kernels, config.tokens(), image, parameters.manager());
    this.encoder = new VqEncoder(config.tokens(), kernels, parameters);
    this.quantizer = Quantizer.of(config.tokens(), kernels, parameters);
    this.decoder = new VqDecoder(config, kernels, parameters);
  }

  /** Returns dimensions and choices. */
  public VqConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  KernelModule kernels() {
    return kernels;
  }

  VqEncoder encoder() {
    return encoder;
  }

  Quantizer quantizer() {
    return quantizer;
  }

  VqDecoder decoder() {
    return decoder;
  }

  Arithmetic arithmetic(Precision precision, TokenLayout.Grid grid) {
    return Arithmetic.of(precision, parameters.device(), grid.places());
  }

  /**
   * What a pass gives.
   *
   * @param loss a scalar to take gradients of
   * @param reconstruction the part of it that compares
   * @param ids (K, H) that latents became
   */
  private record Pass(NDArray loss, NDArray reconstruction, NDArray ids) {}

  private Pass pass(
      CodecInput.Seen seen,
      NDArray target,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    Arithmetic arithmetic = arithmetic(precision, seen.grid());
    NDArray prepared = encoder.prepare(seen.patches(), scope);
    NDArray latents =
        encoder.latents(prepared, seen.rows(), seen.grid(), arithmetic, rng, scope); // (K, d)
    Quantized quantized =
        rng == null ? quantizer.quantise(latents, scope) : quantizer.train(latents, rng, scope);
    NDArray predicted =
        decoder.patches(quantized.values(), seen.rows(), seen.grid(), arithmetic, rng, scope);
    NDArray reconstruction = compare(predicted, target, scope);
    NDArray extra = quantized.loss();
    return new Pass(
        extra == null ? reconstruction : call(scope, "add_losses", reconstruction, extra),
        reconstruction,
        quantized.ids());
  }

  private NDArray compare(NDArray predicted, NDArray target, StepScope scope) {
    VqEncoderConfig tokens = config.tokens();
    int kind =
        switch (config.loss()) {
          case MSE -> 0;
          case L1 -> 1;
          case SMOOTH_L1 -> 2;
          case COSINE -> 3;
          case CROSS_ENTROPY -> -1;
        };
    return kind < 0
        ? call(scope, "class_map_loss", predicted, target, tokens.classes())
        : call(scope, "reconstruction_loss", predicted, target, tokens.channels(), kind);
  }

  /** Returns what is to be reconstructed: classes as they are, numbers as the encoder sees them. */
  private NDArray target(CodecInput.Seen seen, StepScope scope) {
    return config.tokens().ofClasses()
        ? seen.patches()
        : kernels.withoutGradients(() -> encoder.prepare(seen.patches(), scope));
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    CodecInput.Seen seen = input.of(batch, scope);
    return lossAndGradients(seen, target(seen, scope), batch, precision, rng, scope);
  }

  /** Compares with {@code target} (K, W) instead of what was encoded. */
  StepResult lossAndGradients(
      PackedBatch batch,
      NDArray target,
      Precision precision,
      UniformRandomProvider rng,
      StepScope scope) {
    return lossAndGradients(input.of(batch, scope), target, batch, precision, rng, scope);
  }

  private StepResult lossAndGradients(
      CodecInput.Seen seen,
      NDArray target,
      PackedBatch batch,
      Precision precision,
      UniformRandomProvider rng,
      StepScope scope) {
    Pass pass = pass(seen, target, precision, rng, scope);
    NDList found =
        kernels.call(scope.manager(), "gradients", pass.loss(), parameters.trainableArrays());
    int last = found.size() - 1;
    Gradients gradients =
        Gradients.of(
            found.subList(0, last), found.get(last).toLongArray(), parameters.trainable().size());
    return new StepResult(read(pass, batch), gradients);
  }

  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          CodecInput.Seen seen = input.of(batch, scope);
          Pass pass = pass(seen, target(seen, scope), precision, null, scope);
          return read(pass, batch)
              .withCodes(
                  CodeUse.ofPlaces(
                      quantizer.codes(), quantizer.codebooks(), pass.ids().toLongArray()));
        });
  }

  private StepLoss read(Pass pass, PackedBatch batch) {
    int tokens = batch.encoder().tokens();
    ModalityLoss loss =
        new ModalityLoss(image.name().value(), pass.reconstruction().getFloat(), tokens);
    return new StepLoss(pass.loss().getFloat(), List.of(loss), tokens, tokens);
  }

  @Override
  public void stepped(long step, long steps, StepScope scope) {
    quantizer.stepped(scope);
  }

  @Override
  public void skipped() {
    quantizer.skipped();
  }

  /** Returns how codes were used in the last step that was taken. */
  public CodeUsage usage() {
    return quantizer.usage();
  }

  @Override
  public Map<String, Double> measures() {
    return usage().measures();
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    quantizer.close();
    kernels.close();
  }
}
