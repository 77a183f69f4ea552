package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A learned tokenizer in use whose decoder generates. The noise that a frame is generated from is a
 * function of its ids and of the seed of the settings: a frame is the same each time, alone or
 * beside others, within rounding.
 */
public final class DivaeTokenizer extends FrameTokenizer {

  /** A U-Net holds maps of the picture's size over a few pixels, wider than tokens. */
  private static final int PLACES_AT_ONCE = 1024;

  private final DivaeDescription description;
  private final DivaeNetwork network;
  private final Precision precision;
  private final DecodingSettings settings;
  private final Stepper stepper;

  /**
   * Composes a tokenizer.
   *
   * @param parameters laid out by {@code description}; they stay with the caller, who closes them
   *     after this tokenizer
   * @throws IllegalArgumentException if the decoder cannot generate so, saying why
   */
  public DivaeTokenizer(
      DivaeDescription description,
      Parameters parameters,
      Precision precision,
      DecodingSettings settings) {
    this(
        settings.stepper(description.config().diffusion(), description.config().dropout()),
        description,
        parameters,
        precision,
        settings);
  }

  private DivaeTokenizer(
      Stepper stepper,
      DivaeDescription description,
      Parameters parameters,
      Precision precision,
      DecodingSettings settings) {
    this(new DivaeNetwork(description, parameters), stepper, description, precision, settings);
  }

  private DivaeTokenizer(
      DivaeNetwork network,
      Stepper stepper,
      DivaeDescription description,
      Precision precision,
      DecodingSettings settings) {
    super(
        description.image(),
        description.config().tokens(),
        network.kernels(),
        network.parameters(),
        network.encoder(),
        network.quantizer(),
        precision,
        PLACES_AT_ONCE);
    this.network = network;
    this.description = description;
    this.precision = precision;
    this.settings = settings;
    this.stepper = stepper;
  }

  @Override
  public DivaeDescription description() {
    return description;
  }

  @Override
  protected NDArray patches(
      NDArray latents, int rows, TokenLayout.Grid grid, long[] contents, StepScope scope) {
    NDArray condition = network.condition(latents, rows, grid, scope); // (B, d, h, w)
    int edge = description.config().tokens().patchSize();
    Shape shape =
        new Shape(
            rows,
            description.config().tokens().channels(),
            (long) grid.rows() * edge,
            (long) grid.columns() * edge);
    long[] seeds = Arrays.stream(contents).map(content -> content ^ settings.seed()).toArray();
    Denoiser denoiser =
        settings.guidance() == 1
            ? (noisy, timestep, step) -> predict(noisy, timestep, condition, null, step)
            : guided(condition, rows, grid, scope);
    NDArray pictures = network.diffusion().generate(stepper, denoiser, shape, seeds, scope);
    return call(scope, "cut_patches", pictures, edge); // (B, C, H, W) -> (K, W)
  }

  /** Predicts with tokens and without, all pictures in one batch of 2B. */
  private Denoiser guided(NDArray condition, int rows, TokenLayout.Grid grid, StepScope scope) {
    NDArray both = call(scope, "twice", condition);
    boolean[] ignored = new boolean[2 * rows * grid.places()];
    Arrays.fill(ignored, rows * grid.places(), ignored.length, true);
    NDArray without =
        scope.manager().create(ignored, new Shape(2L * rows, grid.rows(), grid.columns()));
    return (noisy, timestep, step) -> {
      NDArray outputs = predict(call(step, "twice", noisy), timestep, both, without, step);
      return call(step, "guide", outputs, settings.guidance());
    };
  }

  private NDArray predict(
      NDArray noisy, int timestep, NDArray condition, @Nullable NDArray ignored, StepScope step) {
    int[] timesteps = new int[(int) noisy.getShape().get(0)];
    Arrays.fill(timesteps, timestep);
    return network
        .decoder()
        .predict(noisy, step.manager().create(timesteps), condition, ignored, precision, step);
  }

  @Override
  public void close() {
    network.close();
  }
}
