package dev.masquerade.model.codec.diffusion;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules and single steps are those of the 4M reference. */
class DiffusionGoldenTest {

  private static final double TOLERANCE = 5e-5;

  static List<Path> files() {
    return DiffusionGolden.files();
  }

  static List<DiffusionGolden.Case> ddim() {
    return DiffusionGolden.cases("ddim");
  }

  static List<DiffusionGolden.Case> ddpm() {
    return DiffusionGolden.cases("ddpm");
  }

  @Test
  void files_areThere() {
    assertThat(files()).isNotEmpty();
    assertThat(ddim()).isNotEmpty();
    assertThat(ddpm()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void schedules_areThoseOfTheReference(Path path) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(path)) {
      for (JsonElement element : GoldenFiles.read(path).getAsJsonArray("schedules")) {
        JsonObject entry = element.getAsJsonObject();
        NoiseSchedule schedule = DiffusionGolden.schedule(entry);
        float[] kept = new float[schedule.steps()];
        for (int t = 0; t < kept.length; t++) {
          kept[t] = (float) schedule.kept(t);
        }
        String name = entry.get("tensor").getAsString();
        assertClose(name, kept, golden.floats(name), TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ddim")
  void ddimStep_isThatOfTheReference(DiffusionGolden.Case one) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(one.path())) {
      JsonObject entry = golden.entry(one);
      NoiseSchedule schedule = DiffusionGolden.schedule(entry);
      Diffusion diffusion = new Diffusion(golden.kernels, schedule);
      NDArray pictures = golden.array("x0");
      NDArray noise = golden.array("noise");
      int[] at = DiffusionGolden.ints(entry, "add_noise_at");
      compare(golden, one, "noisy", diffusion.noisy(pictures, noise, at, golden.scope));
      compare(golden, one, "velocity", diffusion.velocity(pictures, noise, at, golden.scope));
      Stepper stepper =
          new DdimStepper(
              schedule,
              PredictionType.named(entry.get("prediction").getAsString()),
              TimestepSpacing.named(entry.get("mode").getAsString()),
              entry.get("inference_steps").getAsInt(),
              DiffusionGolden.clips(entry));
      compareStep(golden, one, diffusion, stepper, golden.nothing());
    }
  }

  @ParameterizedTest
  @MethodSource("ddpm")
  void ddpmStep_isThatOfTheReference(DiffusionGolden.Case one) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(one.path())) {
      JsonObject entry = golden.entry(one);
      NoiseSchedule schedule = DiffusionGolden.schedule(entry);
      Stepper stepper =
          new DdpmStepper(
              schedule,
              PredictionType.named(entry.get("prediction").getAsString()),
              TimestepSpacing.named(DiffusionGolden.text(entry, "mode", "leading")),
              entry.get("inference_steps").getAsInt(),
              DiffusionGolden.clips(entry));
      compareStep(
          golden,
          one,
          new Diffusion(golden.kernels, schedule),
          stepper,
          golden.array(one.prefix() + "variance_noise"));
    }
  }

  private static void compareStep(
      DiffusionGolden golden,
      DiffusionGolden.Case one,
      Diffusion diffusion,
      Stepper stepper,
      NDArray fresh) {
    JsonObject entry = golden.entry(one);
    assertThat(Arrays.stream(stepper.timesteps()).asLongStream().toArray())
        .containsExactly(golden.longs(one.prefix() + "timesteps"));
    int timestep = entry.get("step_timestep").getAsInt();
    assertThat(stepper.timesteps()[entry.get("step_index").getAsInt()]).isEqualTo(timestep);
    Diffusion.Step step =
        diffusion.step(
            stepper,
            timestep,
            golden.array(one.prefix() + "sample"),
            golden.array(one.prefix() + "model_output"),
            fresh,
            golden.scope);
    compare(golden, one, "pred_original", step.picture());
    compare(golden, one, "prev_sample", step.previous());
  }

  private static void compare(
      DiffusionGolden golden, DiffusionGolden.Case one, String what, NDArray actual) {
    String name = one.prefix() + what;
    assertClose(name, actual, golden.floats(name), TOLERANCE);
  }
}
