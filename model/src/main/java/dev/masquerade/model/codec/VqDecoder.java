package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Turns quantised latents into patches. Arrays belong to the scope of the call. */
final class VqDecoder {

  private static final List<String> CONVOLUTION =
      List.of(
          "dwconv.weight",
          "dwconv.bias",
          "norm.weight",
          "norm.bias",
          "pwconv1.weight",
          "pwconv1.bias",
          "pwconv2.weight",
          "pwconv2.bias",
          "gamma");

  private final VqConfig config;
  private final KernelModule kernels;
  private final Parameters parameters;
  private final Coder coder;
  private final NDList convolutions = new NDList();

  VqDecoder(VqConfig config, KernelModule kernels, Parameters parameters) {
    this.config = config;
    this.kernels = kernels;
    this.parameters = parameters;
    this.coder =
        Coder.of(VqTensors.DECODER, config.tokens(), config.decoder(), kernels, parameters);
    if (config.outputConvolutions()) {
      for (int i = 0; i < VqTensors.OUTPUT_CONVOLUTIONS; i++) {
        for (String tensor : CONVOLUTION) {
          convolutions.add(parameters.get(VqTensors.DECODER + ".out_conv." + i + "." + tensor));
        }
      }
    }
  }

  /**
   * Decodes.
   *
   * @param latents (K, d) quantised
   * @param rng for drop path, or null for evaluation
   * @return (K, p x p x C) numbers, or of class maps scores of classes, channel or class fastest
   */
  NDArray patches(
      NDArray latents,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray tokens =
        call(
            scope,
            "unit_convolution",
            latents,
            parameters.get(VqTensors.FROM_LATENT + ".weight"),
            parameters.get(VqTensors.FROM_LATENT + ".bias"),
            arithmetic.linear()); // (K, d) -> (K, D)
    NDArray patches = coder.decode(tokens, rows, grid, arithmetic, rng, scope); // (K, W)
    if (convolutions.isEmpty()) {
      return patches;
    }
    int edge = config.tokens().patchSize();
    NDArray planes = join(patches, rows, grid, scope);
    NDArray smooth = call(scope, "output_convolutions", planes, convolutions, arithmetic.linear());
    return call(scope, "cut_patches", smooth, edge);
  }

  /** Joins patches (K, p x p x C) to images (B, C, h x p, w x p). */
  NDArray join(NDArray patches, int rows, TokenLayout.Grid grid, StepScope scope) {
    return call(
        scope,
        "join_patches",
        patches,
        rows,
        grid.rows(),
        grid.columns(),
        config.tokens().patchSize());
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
