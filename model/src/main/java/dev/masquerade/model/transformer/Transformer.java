package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.embed.Embedded;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Parameters;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Encoder and decoder stacks with their final norms. */
public final class Transformer {

  private static final int DECODER_BRANCHES = 3;

  private final KernelModule kernels;
  private final ModelConfig config;
  private final Parameters parameters;
  private final EncoderStack encoder;
  private final BlockWeights decoder;

  /** Looks up the weights of every block. */
  public Transformer(KernelModule kernels, ModelConfig config, Parameters parameters) {
    this.kernels = kernels;
    this.config = config;
    this.parameters = parameters;
    double scale = config.lora().map(LoraConfig::scale).orElse(1.0);
    this.encoder =
        new EncoderStack(
            kernels,
            BlockWeights.encoder(kernels, parameters, "encoder.", config.encoderDepth(), scale),
            config.encoderDepth(),
            config.heads());
    this.decoder = BlockWeights.decoder(kernels, parameters, config.decoderDepth(), scale);
  }

  /**
   * Returns what must not be attended to among encoder places, to add to scores: (B, 1, 1, R + N),
   * or no elements where every place is valid. Owned by the scope.
   */
  public NDArray hiddenInEncoder(BatchArrays batch, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    if (!side.padded()) {
      return nothing(scope);
    }
    return call(
        scope,
        "hide_padding",
        batch.indices(),
        side.validOffset(),
        batch.packed().rows(),
        side.length(),
        config.registerTokens());
  }

  /** Returns (B, 1, M, M) what decoder places must not attend to; owned by the scope. */
  public NDArray hiddenInDecoder(BatchArrays batch, StepScope scope) {
    PackedSide side = batch.packed().decoder();
    return call(
        scope,
        "hide_from_decoder",
        batch.indices(),
        side.validOffset(),
        side.visibleOffset(),
        side.modalitiesOffset(),
        batch.packed().rows(),
        side.length(),
        config.causalDecoder(),
        config.separateByModality());
  }

  /**
   * Runs the encoder.
   *
   * @param hidden from {@link #hiddenInEncoder}
   * @param rng for drop path, or null for evaluation
   * @return (B, R + N, D) after the final norm, owned by the scope
   */
  public NDArray encode(
      Embedded tokens,
      NDArray hidden,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray x = call(scope, "add", tokens.contents(), tokens.places()); // (B, N, D)
    int rows = (int) x.getShape().get(0);
    NDArray keep = encoder.draw(rows, config::encoderDropPathOf, rng, scope);
    return norm(scope, "encoder_norm", encoder.run(x, hidden, keep, arithmetic, scope));
  }

  /**
   * Projects encoder places to what the decoder attends to, adding their own place embedding again.
   *
   * @return (B, R + N, D), owned by the scope
   */
  public NDArray context(NDArray encoded, Embedded tokens, Arithmetic arithmetic, StepScope scope) {
    return call(
        scope,
        "context_of",
        encoded,
        tokens.places(),
        parameters.get("decoder_proj_context.weight"),
        parameters.get("decoder_proj_context.bias"),
        arithmetic.linear());
  }

  /**
   * Runs the decoder.
   *
   * @param hidden from {@link #hiddenInDecoder}
   * @param hiddenContext from {@link #hiddenInEncoder}
   * @param rng for drop path, or null for evaluation
   * @return (B, M, D) after the final norm, owned by the scope
   */
  public NDArray decode(
      Embedded tokens,
      NDArray context,
      NDArray hidden,
      NDArray hiddenContext,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray x = call(scope, "add", tokens.contents(), tokens.places()); // (B, M, D)
    int rows = (int) x.getShape().get(0);
    NDArray keep =
        rng == null
            ? nothing(scope)
            : DropPath.draw(
                scope.manager(),
                config.decoderDepth(),
                DECODER_BRANCHES,
                rows,
                config::decoderDropPathOf,
                rng);
    NDArray y =
        call(
            scope,
            "decoder_stack",
            x,
            context,
            decoder.in(scope),
            config.heads(),
            hidden,
            hiddenContext,
            keep,
            arithmetic.linear(),
            arithmetic.attention());
    return norm(scope, "decoder_norm", y);
  }

  private NDArray norm(StepScope scope, String name, NDArray x) {
    return call(
        scope, "norm", x, parameters.get(name + ".weight"), parameters.orAbsent(name + ".bias"));
  }

  private static NDArray nothing(StepScope scope) {
    NDManager manager = scope.manager();
    return manager.create(new Shape(0), DataType.FLOAT32);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
