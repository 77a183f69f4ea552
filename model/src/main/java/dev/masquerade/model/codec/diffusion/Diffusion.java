package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;

/** Adds noise to pictures as a schedule has it, and takes it away again step by step. */
public final class Diffusion {

  private final KernelModule kernels;
  private final NoiseSchedule schedule;

  /**
   * Creates a diffusion.
   *
   * @param kernels with {@link Kernels#DIFFUSION}
   */
  public Diffusion(KernelModule kernels, NoiseSchedule schedule) {
    this.kernels = kernels;
    this.schedule = schedule;
  }

  /** Returns how much is left of a picture when. */
  public NoiseSchedule schedule() {
    return schedule;
  }

  /**
   * Adds noise.
   *
   * @param pictures (B, C, H, W)
   * @param noise of the same shape
   * @param timesteps (B)
   * @return (B, C, H, W) owned by the scope
   */
  public NDArray noisy(NDArray pictures, NDArray noise, int[] timesteps, StepScope scope) {
    return mix(pictures, noise, timesteps, 1, scope);
  }

  /** Returns the velocity, {@code signal x noise - deviation x pictures}; shapes as above. */
  public NDArray velocity(NDArray pictures, NDArray noise, int[] timesteps, StepScope scope) {
    return mix(noise, pictures, timesteps, -1, scope);
  }

  private NDArray mix(NDArray a, NDArray b, int[] timesteps, float sign, StepScope scope) {
    NDManager manager = scope.manager();
    float[] ofA = new float[timesteps.length];
    float[] ofB = new float[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      ofA[i] = (float) schedule.signal(timesteps[i]);
      ofB[i] = sign * (float) schedule.noise(timesteps[i]);
    }
    return kernels.call(manager, "mix_rows", a, b, manager.create(ofA), manager.create(ofB)).get(0);
  }

  /** A guess of the picture without noise, and the picture at the timestep before. */
  record Step(NDArray picture, NDArray previous) {}

  /**
   * Takes one step.
   *
   * @param noisy (B, C, H, W) at {@code timestep}
   * @param output what a network says of it
   * @param fresh noise of the same shape; without elements where the stepper adds none
   * @return owned by the scope
   */
  Step step(
      Stepper stepper,
      int timestep,
      NDArray noisy,
      NDArray output,
      NDArray fresh,
      StepScope scope) {
    NDList result =
        kernels.call(
            scope.manager(),
            "diffusion_step",
            noisy,
            output,
            fresh,
            stepper.weights(timestep).values(),
            stepper.clips());
    return new Step(result.get(0), result.get(1));
  }

  /**
   * Generates pictures. Each is a function of its seed and of the denoiser alone.
   *
   * @param shape (B, C, H, W)
   * @param seeds (B)
   * @return (B, C, H, W) owned by the scope
   */
  public NDArray generate(
      Stepper stepper, Denoiser denoiser, Shape shape, long[] seeds, StepScope scope) {
    if (seeds.length != shape.get(0)) {
      throw new IllegalArgumentException(
          shape.get(0) + " pictures need as many seeds, were given " + seeds.length);
    }
    NormalNoise noise = NormalNoise.of(seeds);
    NDArray noisy = draw(noise, shape, scope);
    return kernels.withoutGradients(() -> generate(stepper, denoiser, noisy, noise, scope));
  }

  /**
   * Generates pictures from given noise.
   *
   * @param start (B, C, H, W); stays as it is
   * @param noise where a stepper draws more from
   */
  NDArray generate(
      Stepper stepper, Denoiser denoiser, NDArray start, NormalNoise noise, StepScope scope) {
    NDArray nothing = scope.manager().create(new Shape(0), DataType.FLOAT32);
    NDArray noisy = start;
    for (int timestep : stepper.timesteps()) {
      // Whatever the network makes on the way is freed before the next step.
      try (StepScope step = StepScope.open(scope.manager())) {
        NDArray output = denoiser.predict(noisy, timestep, step);
        boolean draws = stepper.weights(timestep).fresh() > 0;
        NDArray fresh = draws ? draw(noise, start.getShape(), step) : nothing;
        NDArray previous = step(stepper, timestep, noisy, output, fresh, step).previous();
        previous.attach(scope.manager());
        if (noisy != start) {
          noisy.close();
        }
        noisy = previous;
      }
    }
    return noisy;
  }

  private static NDArray draw(NormalNoise noise, Shape shape, StepScope scope) {
    return noise.next((int) shape.get(1), (int) shape.get(2), (int) shape.get(3), scope);
  }
}
