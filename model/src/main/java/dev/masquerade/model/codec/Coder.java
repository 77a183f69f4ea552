package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** One side of a tokenizer. Rows are (K, ·), row of the batch after row, in each by place. */
interface Coder {

  /** Composes the side whose tensors start with {@code side}. */
  static Coder of(
      String side,
      VqEncoderConfig config,
      CoderShape shape,
      KernelModule kernels,
      Parameters parameters) {
    if (shape instanceof CoderShape.VisionTransformer transformer) {
      return new TransformerCoder(side, config, transformer, kernels, parameters);
    }
    return new PointWiseCoder(side, (CoderShape.PointWise) shape, kernels, parameters);
  }

  /** Turns patches (K, W) into tokens (K, D). */
  NDArray encode(
      NDArray patches,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope);

  /** Turns tokens (K, D) into patches (K, W). */
  NDArray decode(
      NDArray tokens,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope);
}
