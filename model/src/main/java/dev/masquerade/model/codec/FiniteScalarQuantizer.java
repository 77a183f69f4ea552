package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Rounds every number of a latent to one of a few levels. Without tensors of its own.
 *
 * <p>Nothing in rounding keeps latents where levels differ: the first thing a decoder asks for is
 * the mean picture, which moves all latents one way until their bound is flat and no gradient
 * brings them back. So training adds a little of what each number's mean and deviation lack to a
 * distribution that uses its levels about alike.
 */
final class FiniteScalarQuantizer implements Quantizer {

  private static final double SPREAD_WEIGHT = 0.01;

  /** Of the numbers before their bound, for which levels are about equally likely. */
  private static final double SIGMOID_DEVIATION = 1.6;

  private static final double TANH_DEVIATION = 0.9;

  private final QuantizerConfig.FiniteScalar config;
  private final KernelModule kernels;
  private final NDManager manager;
  private final NDArray levels;
  private final NDArray basis;
  private final boolean sigmoid;
  private final double deviation;
  private @Nullable CodeCounts counts;

  FiniteScalarQuantizer(
      QuantizerConfig.FiniteScalar config, KernelModule kernels, NDManager parent) {
    this.config = config;
    this.kernels = kernels;
    this.manager = parent.newSubManager();
    this.sigmoid =
        switch (config.bound()) {
          case SIGMOID -> true;
          case TANH -> false;
        };
    this.deviation = sigmoid ? SIGMOID_DEVIATION : TANH_DEVIATION;
    int width = config.levels().size();
    float[] numbers = new float[width];
    long[] steps = new long[width];
    long step = 1;
    for (int i = 0; i < width; i++) {
      numbers[i] = config.levels().get(i);
      steps[i] = step;
      step *= config.levels().get(i);
    }
    this.levels = manager.create(numbers);
    this.basis = manager.create(steps);
  }

  @Override
  public int codes() {
    return config.codes();
  }

  @Override
  public int codebooks() {
    return 1;
  }

  @Override
  public Quantized quantise(NDArray latents, StepScope scope) {
    return kernels.withoutGradients(() -> round(latents, scope));
  }

  @Override
  public Quantized train(NDArray latents, UniformRandomProvider rng, StepScope scope) {
    Quantized quantized = round(latents, scope);
    NDArray loss =
        kernels.call(scope.manager(), "scalar_spread", latents, deviation, SPREAD_WEIGHT).get(0);
    if (counts == null) {
      counts = new CodeCounts(kernels, manager, 1, codes());
    }
    counts.add(quantized.ids(), scope);
    return new Quantized(quantized.values(), quantized.ids(), loss);
  }

  private Quantized round(NDArray latents, StepScope scope) {
    NDList found =
        kernels.call(scope.manager(), "scalar_quantise", latents, levels, basis, sigmoid);
    return new Quantized(found.get(0), found.get(1), null);
  }

  @Override
  public NDArray embed(NDArray ids, StepScope scope) {
    return kernels.call(scope.manager(), "scalar_rows", ids, levels, basis, sigmoid).get(0);
  }

  @Override
  public NDArray table(StepScope scope) {
    long[] ids = new long[codes()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i;
    }
    NDArray every = scope.manager().create(ids, new Shape(ids.length, 1));
    return kernels.call(scope.manager(), "as_table", embed(every, scope), 1).get(0);
  }

  @Override
  public void stepped(StepScope scope) {
    if (counts != null) {
      counts.stepped();
    }
  }

  @Override
  public void skipped() {
    if (counts != null) {
      counts.clear();
    }
  }

  @Override
  public CodeUsage usage() {
    return counts == null ? CodeUsage.NONE : counts.usage();
  }

  @Override
  public void close() {
    manager.close();
  }
}
