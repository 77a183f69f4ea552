package dev.masquerade.model.codec.diffusion;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The U-Net and a whole generation with it are those of the 4M reference. */
class PatchedUnetGoldenTest {

  private static final double TOLERANCE = 5e-5;

  static List<Path> files() {
    return DiffusionGolden.files().stream()
        .filter(path -> GoldenFiles.read(path).has("unet"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void tensors_haveTheReferencesNamesAndShapes(Path path) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(path)) {
      List<String> theirs =
          golden.file.tensors().stream()
              .filter(entry -> entry.name().startsWith(DiffusionGolden.UNET))
              .map(PatchedUnetGoldenTest::described)
              .sorted()
              .toList();
      List<String> ours =
          PatchedUnet.layout(golden.unet()).parameters().stream()
              .map(PatchedUnetGoldenTest::described)
              .sorted()
              .toList();
      assertThat(ours).isEqualTo(theirs);
    }
  }

  private static String described(TensorEntry entry) {
    return entry.name().substring(DiffusionGolden.UNET.length()) + entry.shape();
  }

  private static String described(ParameterSpec spec) {
    return spec.name() + spec.shape();
  }

  @ParameterizedTest
  @MethodSource("files")
  void outputs_areThoseOfTheReference(Path path) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(path);
        Parameters parameters = golden.parameters(golden.unet())) {
      PatchedUnet unet = new PatchedUnet(golden.kernels, golden.unet(), parameters);
      assertClose("unet.out", predict(golden, unet, null), golden.floats("unet.out"), TOLERANCE);
      assertClose(
          "unet.out_masked_condition",
          predict(golden, unet, golden.flags("unet.cond_mask")),
          golden.floats("unet.out_masked_condition"),
          TOLERANCE);
    }
  }

  private static NDArray predict(
      DiffusionGolden golden, PatchedUnet unet, @Nullable NDArray ignored) {
    return unet.predict(
        golden.array("unet.x"),
        golden
            .scope
            .manager()
            .create(DiffusionGolden.ints(golden.json.getAsJsonObject("unet"), "timesteps")),
        golden.array("unet.cond"),
        ignored,
        Precision.FP32,
        golden.scope);
  }

  /** What the reference's script leaves out of the JSON: the tokenizers' usual settings. */
  @ParameterizedTest
  @MethodSource("files")
  void generation_isThatOfTheReference(Path path) throws IOException {
    try (DiffusionGolden golden = new DiffusionGolden(path);
        Parameters parameters = golden.parameters(golden.unet())) {
      JsonObject json = golden.json.getAsJsonObject("unet");
      PatchedUnet unet = new PatchedUnet(golden.kernels, golden.unet(), parameters);
      NoiseSchedule schedule =
          NoiseSchedule.of(
              BetaSchedule.named(DiffusionGolden.text(json, "beta_schedule", "linear")),
              DiffusionGolden.integer(json, "num_train_timesteps", 1000),
              !json.has("zero_terminal_snr") || DiffusionGolden.flag(json, "zero_terminal_snr"));
      int steps = 0;
      while (golden.file.find("unet.ddim_after_" + steps).isPresent()) {
        steps++;
      }
      Stepper stepper =
          new DdimStepper(
              schedule,
              PredictionType.named(DiffusionGolden.text(json, "prediction", "sample")),
              TimestepSpacing.named(DiffusionGolden.text(json, "mode", "trailing")),
              steps,
              !json.has("thresholding") || DiffusionGolden.clips(json));
      Diffusion diffusion = new Diffusion(golden.kernels, schedule);
      NDArray noisy = golden.array("unet.ddim_start");
      int[] timesteps = stepper.timesteps();
      for (int i = 0; i < steps; i++) {
        NDArray output = ask(golden, unet, noisy, timesteps[i], golden.scope);
        noisy =
            diffusion
                .step(stepper, timesteps[i], noisy, output, golden.nothing(), golden.scope)
                .previous();
        String name = "unet.ddim_after_" + i;
        assertClose(name, noisy, golden.floats(name), TOLERANCE);
      }
      NDArray whole =
          diffusion.generate(
              stepper,
              (x, timestep, scope) -> ask(golden, unet, x, timestep, scope),
              golden.array("unet.ddim_start"),
              NormalNoise.of(),
              golden.scope);
      assertClose("the whole chain", whole, noisy.toFloatArray(), 0);
    }
  }

  private static NDArray ask(
      DiffusionGolden golden, PatchedUnet unet, NDArray noisy, int timestep, StepScope scope) {
    int[] timesteps = new int[(int) noisy.getShape().get(0)];
    Arrays.fill(timesteps, timestep);
    return unet.predict(
        noisy,
        scope.manager().create(timesteps),
        golden.array("unet.cond"),
        null,
        Precision.FP32,
        scope);
  }
}
