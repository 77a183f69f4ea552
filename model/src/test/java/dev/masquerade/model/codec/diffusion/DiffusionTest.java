package dev.masquerade.model.codec.diffusion;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiffusionTest {

  private static final Shape SHAPE = new Shape(2, 3, 4, 4);

  private final NDManager manager = ComputeEngine.start().newManager(Device.cpu());
  private final KernelModule kernels = Kernels.loadModelWith(Kernels.DIFFUSION);
  private final StepScope scope = StepScope.open(manager);
  private final NoiseSchedule schedule =
      NoiseSchedule.of(new BetaSchedule.SquaredCosine(), 1000, true);
  private final Diffusion diffusion = new Diffusion(kernels, schedule);

  @AfterEach
  void close() {
    scope.close();
    manager.close();
    kernels.close();
  }

  /** Pictures in [-1, 1]. */
  private NDArray pictures() {
    float[] values = new float[(int) SHAPE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 0.37);
    }
    return scope.manager().create(values, SHAPE);
  }

  /** Knows the pictures and says of anything noisy what a perfect network would. */
  private Denoiser knowing(NDArray pictures, PredictionType prediction) {
    return (noisy, timestep, step) -> {
      float signal = (float) schedule.signal(timestep);
      float noise = (float) schedule.noise(timestep);
      NDArray known = pictures.duplicate();
      known.attach(step.manager());
      NDArray rest = noisy.sub(known.mul(signal)).div(noise);
      NDArray said =
          switch (prediction) {
            case SAMPLE -> known;
            case EPSILON -> rest;
            case VELOCITY -> rest.mul(signal).sub(known.mul(noise));
          };
      said.attach(step.manager());
      return said;
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictionType.class,
      names = {"SAMPLE", "VELOCITY"})
  void perfectPredictions_leadBackToThePictureFromPureNoise(PredictionType prediction) {
    NDArray pictures = pictures();
    for (TimestepSpacing spacing : TimestepSpacing.values()) {
      Stepper ddim = new DdimStepper(schedule, prediction, spacing, 8, true);
      NDArray found =
          diffusion.generate(ddim, knowing(pictures, prediction), SHAPE, new long[] {1, 2}, scope);
      // Linearly spaced strides of 142 instead of 125 leave the first timestep's trace of noise.
      assertClose(spacing.text(), found, pictures.toFloatArray(), 1e-5);
      Stepper ddpm = new DdpmStepper(schedule, prediction, spacing, 8, true);
      NDArray drawn =
          diffusion.generate(ddpm, knowing(pictures, prediction), SHAPE, new long[] {1, 2}, scope);
      assertClose(spacing.text(), drawn, pictures.toFloatArray(), 1e-5);
    }
  }

  @Test
  void perfectNoise_leadsBackToThePictureWhereSomethingOfItIsLeft() {
    NDArray pictures = pictures();
    NoiseSchedule plain = NoiseSchedule.of(new BetaSchedule.SquaredCosine(), 1000, false);
    Stepper ddim =
        new DdimStepper(plain, PredictionType.EPSILON, TimestepSpacing.LEADING, 10, false);
    Diffusion other = new Diffusion(kernels, plain);
    NDArray noise = NormalNoise.of(3, 4).next(3, 4, 4, scope);
    int first = ddim.timesteps()[0];
    NDArray noisy = other.noisy(pictures, noise, new int[] {first, first}, scope);
    NDArray found = other.generate(ddim, (x, t, step) -> noise, noisy, NormalNoise.of(), scope);
    assertClose("pictures", found, pictures.toFloatArray(), 1e-4);
  }

  @Test
  void predictedNoiseWhereNothingElseIs_isRefused() {
    Stepper stepper =
        new DdimStepper(schedule, PredictionType.EPSILON, TimestepSpacing.TRAILING, 4, false);
    assertThatThrownBy(() -> stepper.weights(999))
        .hasMessageContaining("at timestep 999 nothing of the picture is left")
        .hasMessageContaining("without zero terminal SNR");
  }

  @Test
  void generatedPictures_areFunctionsOfTheirOwnSeeds() {
    Denoiser half =
        (noisy, timestep, step) -> {
          NDArray said = noisy.mul(0.5f);
          said.attach(step.manager());
          return said;
        };
    Stepper stepper =
        new DdpmStepper(schedule, PredictionType.SAMPLE, TimestepSpacing.TRAILING, 5, true);
    float[] both =
        diffusion.generate(stepper, half, SHAPE, new long[] {7, 8}, scope).toFloatArray();
    float[] again =
        diffusion.generate(stepper, half, SHAPE, new long[] {7, 8}, scope).toFloatArray();
    assertThat(again).containsExactly(both);
    float[] alone =
        diffusion
            .generate(stepper, half, new Shape(1, 3, 4, 4), new long[] {8}, scope)
            .toFloatArray();
    assertThat(alone).containsExactly(Arrays.copyOfRange(both, both.length / 2, both.length));
    assertThat(Arrays.copyOf(both, both.length / 2)).isNotEqualTo(alone);
    assertThatThrownBy(() -> diffusion.generate(stepper, half, SHAPE, new long[] {7}, scope))
        .hasMessageContaining("2 pictures need as many seeds, were given 1");
  }

  @Test
  void noise_hasMeanZeroAndVarianceOne() {
    float[] values = NormalNoise.of(5).next(3, 100, 100, scope).toFloatArray();
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    // 30,000 draws: five standard errors, missed by one correct sampler in a million.
    assertThat(sum / values.length).isCloseTo(0, within(0.03));
    assertThat(squares / values.length).isCloseTo(1, within(0.042));
  }

  @Test
  void velocityAndNoisyPicture_giveThePictureBack() {
    NDArray pictures = pictures();
    NDArray noise = NormalNoise.of(1, 2).next(3, 4, 4, scope);
    int[] timesteps = {3, 777};
    float[] noisy = diffusion.noisy(pictures, noise, timesteps, scope).toFloatArray();
    float[] velocity = diffusion.velocity(pictures, noise, timesteps, scope).toFloatArray();
    float[] known = pictures.toFloatArray();
    for (int i = 0; i < known.length; i++) {
      int timestep = timesteps[i / (known.length / 2)];
      double found = schedule.signal(timestep) * noisy[i] - schedule.noise(timestep) * velocity[i];
      assertThat(found).isCloseTo(known[i], within(1e-5));
    }
  }
}
