package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import dev.masquerade.model.vit.VitConfig;
import org.jspecify.annotations.Nullable;

/**
 * A vision transformer that reads patches in order: every token sees the prefix and what comes
 * before it, so that each can predict the next patch. Without a mask it sees everything, as in use.
 *
 * @see <a href="https://arxiv.org/abs/2401.08541">Scalable Pre-training of Large Autoregressive
 *     Image Models</a>
 */
public final class CausalTransformer {

  private final KernelModule kernels;
  private final VitConfig config;
  private final Parameters parameters;
  private final EncoderStack blocks;

  /**
   * Composes a transformer.
   *
   * @param kernels from {@link LatentKernels}
   * @param config without class and register tokens
   * @param parameters laid out by {@link dev.masquerade.model.vit.VitTensors}
   */
  public CausalTransformer(KernelModule kernels, VitConfig config, Parameters parameters) {
    if (config.prefixTokens() > 0) {
      throw new IllegalArgumentException(
          "a causal transformer reads patches alone: classToken and registerTokens must be off");
    }
    this.kernels = kernels;
    this.config = config;
    this.parameters = parameters;
    this.blocks = new EncoderStack(kernels, parameters, "blocks", config.depth(), config.heads());
  }

  /**
   * Computes every token, before any final norm.
   *
   * @param patches (B, L, W) normalised numbers of all patches, row, column, channel
   * @param causal (B, L) bool: true where a token is seen only by itself and later ones, false in
   *     the prefix, which all see; null lets all see all
   * @return (B, L, D)
   */
  public NDArray tokens(
      NDArray patches, @Nullable NDArray causal, Precision precision, StepScope scope) {
    Shape shape = patches.getShape();
    if (shape.get(1) != config.places() || shape.get(2) != config.patchWidth()) {
      throw new IllegalArgumentException(
          "takes "
              + config.places()
              + " patches of "
              + config.patchWidth()
              + " numbers, was given "
              + shape);
    }
    NDArray projected =
        call(
            scope,
            "project_patches",
            patches,
            parameters.get("patch_embed.proj.weight"),
            parameters.get("patch_embed.proj.bias"),
            Kernels.dtype(precision));
    NDArray x = call(scope, "add", projected, parameters.get("pos_embed")); // (B, L, D)
    NDArray nothing = scope.manager().create(new Shape(0), DataType.FLOAT32);
    NDArray hidden = causal == null ? nothing : call(scope, "hide_from_earlier", causal);
    Arithmetic arithmetic = Arithmetic.of(precision, parameters.device(), config.places());
    return blocks.run(x, hidden, nothing, arithmetic, scope);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
