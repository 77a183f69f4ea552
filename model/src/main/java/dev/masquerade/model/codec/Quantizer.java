package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Turns latents into ids and ids into what a decoder is given. Used by one thread in training, by
 * any number of threads otherwise. Its tensors are those of the tokenizer.
 */
public interface Quantizer extends AutoCloseable {

  /**
   * Composes the quantizer of a tokenizer.
   *
   * @param kernels the model's with {@code Kernels.CODEC} beside them; they stay with the caller
   * @param parameters hold {@code quantize.*}; they outlive the quantizer
   */
  static Quantizer of(VqEncoderConfig config, KernelModule kernels, Parameters parameters) {
    QuantizerConfig quantizer = config.quantizer();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (quantizer instanceof QuantizerConfig.Codebook codebook) {
      return new EmaCodebook(codebook, config.latentWidth(), kernels, parameters);
    }
    if (quantizer instanceof QuantizerConfig.Memcodes memcodes) {
      return new Memcodes(memcodes, kernels, parameters);
    }
    return new FiniteScalarQuantizer(
        (QuantizerConfig.FiniteScalar) quantizer, kernels, parameters.manager());
  }

  /** Returns V, how many ids there are. */
  int codes();

  /** Returns H, how many ids one latent becomes. */
  int codebooks();

  /**
   * Quantises as a tokenizer in use does, without gradients.
   *
   * @param latents (K, d) float32
   */
  Quantized quantise(NDArray latents, StepScope scope);

  /**
   * Quantises for training: gradients reach the latents, and what codes follow is noted until
   * {@link #stepped}.
   *
   * @param latents (K, d) float32 with their graph
   * @param rng stream of the step
   */
  Quantized train(NDArray latents, UniformRandomProvider rng, StepScope scope);

  /**
   * Returns what a decoder is given for ids.
   *
   * @param ids (K, H) int64, each in {@code [0, V)}
   * @return (K, d) owned by the scope
   */
  NDArray embed(NDArray ids, StepScope scope);

  /**
   * Returns what stands for every id of every codebook.
   *
   * @return (H, V, d / H) owned by the scope, or by the parameters
   */
  NDArray table(StepScope scope);

  /** Moves codes after a step of the optimiser by what was noted since the last one. */
  void stepped(StepScope scope);

  /** Forgets what was noted, because the optimiser took no step. */
  void skipped();

  /** Returns how codes were used in the last step that was taken. */
  CodeUsage usage();

  @Override
  void close();
}
