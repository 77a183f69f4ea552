package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Turns patches into latents: class embedding or colours first, then the encoder, then a linear map
 * to the quantizer. Arrays belong to the scope of the call; gradients are recorded unless the
 * thread evaluates.
 */
public final class VqEncoder {

  private final VqEncoderConfig config;
  private final KernelModule kernels;
  private final Parameters parameters;
  private final Coder coder;
  private final @Nullable ColourRange colours;

  /**
   * Looks up the weights.
   *
   * @param kernels the model's with {@code Kernels.MULTIMAE} and {@code Kernels.CODEC} beside them
   * @param parameters with what {@link VqTensors#encoder} lays out; they outlive the encoder
   */
  public VqEncoder(VqEncoderConfig config, KernelModule kernels, Parameters parameters) {
    this.config = config;
    this.kernels = kernels;
    this.parameters = parameters;
    this.coder = Coder.of(VqTensors.ENCODER, config, config.encoder(), kernels, parameters);
    this.colours =
        config.undoStandardisation() ? new ColourRange(kernels, parameters.manager()) : null;
  }

  /**
   * Brings content to what the encoder takes, which is also what is reconstructed unless it is
   * classes.
   *
   * @param patches (K, W) numbers, channel fastest, or (K, p x p) classes as int64
   * @return (K, W) numbers, channel fastest
   */
  public NDArray prepare(NDArray patches, StepScope scope) {
    if (config.ofClasses()) {
      return call(scope, "embed_each_class", patches, parameters.get(VqTensors.CLASS_TABLE));
    }
    return colours == null ? patches : colours.undo(patches, scope);
  }

  /**
   * Encodes.
   *
   * @param prepared (K, W) from {@link #prepare}, row after row and in each row by place
   * @param rows B
   * @param grid places of a row
   * @param rng for drop path, or null for evaluation
   * @return (K, d) float32
   */
  public NDArray latents(
      NDArray prepared,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray tokens = coder.encode(prepared, rows, grid, arithmetic, rng, scope); // (K, D)
    return call(
        scope,
        "unit_convolution",
        tokens,
        parameters.get(VqTensors.TO_LATENT + ".weight"),
        parameters.get(VqTensors.TO_LATENT + ".bias"),
        arithmetic.linear());
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
