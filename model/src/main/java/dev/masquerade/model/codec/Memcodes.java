package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Trained codes that latents find by their keys and become by their values. */
final class Memcodes implements Quantizer {

  private final QuantizerConfig.Memcodes config;
  private final KernelModule kernels;
  private final Parameters parameters;
  private final NDArray codes;
  private @Nullable CodeCounts counts;

  Memcodes(QuantizerConfig.Memcodes config, KernelModule kernels, Parameters parameters) {
    this.config = config;
    this.kernels = kernels;
    this.parameters = parameters;
    this.codes = parameters.get("quantize.codes");
  }

  @Override
  public int codes() {
    return config.codes();
  }

  @Override
  public int codebooks() {
    return config.codebooks();
  }

  private NDArray project(String name, StepScope scope) {
    return call(scope, "project_codes", codes, parameters.get("quantize." + name + ".weight"));
  }

  @Override
  public Quantized quantise(NDArray latents, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          NDArray ids = call(scope, "best_keys", latents, project("to_k", scope));
          return new Quantized(embed(ids, scope), ids, null);
        });
  }

  @Override
  public Quantized train(NDArray latents, UniformRandomProvider rng, StepScope scope) {
    NDList drawn =
        kernels.call(
            scope.manager(),
            "draw_keys",
            latents,
            project("to_k", scope),
            project("to_v", scope),
            config.temperature(),
            rng.nextInt() & 0xffffffffL,
            rng.nextInt() & 0xffffffffL);
    if (counts == null) {
      counts = new CodeCounts(kernels, parameters.manager(), codebooks(), codes());
    }
    counts.add(drawn.get(1), scope);
    return new Quantized(drawn.get(0), drawn.get(1), null);
  }

  @Override
  public NDArray embed(NDArray ids, StepScope scope) {
    return call(scope, "code_rows", table(scope), ids);
  }

  @Override
  public NDArray table(StepScope scope) {
    return project("to_v", scope);
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

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    if (counts != null) {
      counts.close();
    }
  }
}
