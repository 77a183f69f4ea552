package dev.masquerade.model.multimae;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.image.Standardisation;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenFolder;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens, predictions, losses and gradients are those of the reference. */
class MultiMaeGoldenTest {

  /** Differences of the reference to itself on another machine stay below. */
  private static final double FORWARD = 2e-5;

  private static final double LOSS = 1e-5;
  private static final double GRADIENT = 5e-5;

  static Stream<Path> models() {
    return GoldenFolder.of("multimae").find(".*\\.json").stream()
        .filter(file -> GoldenFiles.read(file).has("num_tokens_per_task"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void tokensAndPredictions_areThoseOfTheReference(Path file) throws IOException {
    try (Setting setting = new Setting(file, false, TaskBalance.EQUAL)) {
      PackedBatch packed = setting.pack(setting.removed());
      MultiMaeNetwork.Encoded encoded =
          setting.network.encode(packed, Precision.FP32, setting.scope);
      for (PackedPart part : packed.encoder().parts()) {
        NDArray tokens = encoded.seen().get(part.spec().name().value());
        setting.compareTokens(part, requireNonNull(tokens));
      }
      for (TaskPrediction prediction :
          setting.network.predict(packed, Precision.FP32, setting.scope)) {
        String name = "pred." + prediction.task().name();
        float[] expected = setting.golden.file.floats(name);
        int one = expected.length / setting.golden.rows;
        for (int row = 0; row < setting.golden.rows; row++) {
          Planes image = prediction.image(row);
          assertClose(
              name,
              image.values(),
              Arrays.copyOfRange(expected, row * one, (row + 1) * one),
              FORWARD);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossesAndGradients_areThoseOfTheReference(Path file) throws IOException {
    try (Setting setting = new Setting(file, false, TaskBalance.EQUAL)) {
      StepResult result = setting.step(setting.pack(setting.removed()));
      setting.compareLosses(result.loss(), "task_losses");
      double total = setting.golden.json.get("total").getAsDouble();
      assertThat(result.loss().total()).isCloseTo(total, within(LOSS * total));
      Map<String, NDArray> gradients = setting.gradients(result);
      int compared = 0;
      for (TensorEntry entry : setting.golden.file.tensors()) {
        if (entry.name().startsWith("grad.")) {
          String name = entry.name().substring("grad.".length());
          assertThat(gradients).containsKey(name);
          assertClose(
              entry.name(),
              requireNonNull(gradients.get(name)),
              setting.golden.file.floats(entry.name()),
              GRADIENT);
          compared++;
        }
      }
      assertThat(compared).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossOnUnmasked_isThatOfTheReference(Path file) throws IOException {
    try (Setting setting = new Setting(file, true, TaskBalance.EQUAL)) {
      StepLoss loss =
          setting.network.loss(setting.pack(setting.removed()), Precision.FP32, setting.scope);
      setting.compareLosses(loss, "task_losses_unmasked");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void uncertaintyWeighting_isThatOfTheReference(Path file) throws IOException {
    try (Setting setting = new Setting(file, false, TaskBalance.UNCERTAINTY)) {
      StepResult result = setting.step(setting.pack(setting.removed()));
      JsonObject weighted = setting.golden.json.getAsJsonObject("uncertainty_weighted");
      double total =
          weighted.entrySet().stream().mapToDouble(entry -> entry.getValue().getAsDouble()).sum();
      assertThat(result.loss().total()).isCloseTo(total, within(LOSS * total));
      // d(exp(-s) L + s) / ds = 1 - exp(-s) L, and the weighted loss less s is exp(-s) L.
      float[] slopes =
          requireNonNull(setting.gradients(result).get(MultiMaeLayout.LOG_VARIANCES))
              .toFloatArray();
      int task = 0;
      for (Map.Entry<String, JsonElement> entry : weighted.entrySet()) {
        float variance =
            setting.golden.json.getAsJsonArray("uncertainty_log_vars").get(task).getAsFloat();
        double expected = 1 - (entry.getValue().getAsDouble() - variance);
        assertThat(slopes[task]).as(entry.getKey()).isCloseTo((float) expected, within(5e-5f));
        task++;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void wholeImagesVisible_areLeftOutAndGradientsStayFinite(Path file) throws IOException {
    try (Setting setting = new Setting(file, false, TaskBalance.EQUAL)) {
      boolean[] mask =
          GoldenMultiMae.flags(setting.golden.file.longs("corner.mask_first_image_visible"));
      StepResult result = setting.step(setting.pack(setting.golden.everywhere(mask)));
      for (ModalityLoss loss : result.loss().modalities()) {
        String name = "corner.loss_first_image_visible." + loss.modality();
        if (setting.golden.file.find(name).isPresent()) {
          double expected = setting.golden.file.floats(name)[0];
          assertThat(loss.loss()).as(name).isCloseTo(expected, within(LOSS * expected));
        }
      }
      setting
          .gradients(result)
          .forEach(
              (name, gradient) -> {
                for (float value : gradient.toFloatArray()) {
                  assertThat(Float.isFinite(value)).as(name).isTrue();
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void nothingRemoved_givesExactlyZeroAndNoGradients(Path file) throws IOException {
    for (TaskBalance balance : TaskBalance.values()) {
      try (Setting setting = new Setting(file, false, balance)) {
        boolean[] mask = new boolean[setting.golden.rows * setting.golden.grid.places()];
        StepResult result = setting.step(setting.pack(setting.golden.everywhere(mask)));
        assertThat(result.loss().total()).isZero();
        for (ModalityLoss loss : result.loss().modalities()) {
          assertThat(loss.loss()).as(loss.modality()).isZero();
        }
        assertThat(result.gradients().present()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void rowsOfDifferentLengths_arePredictedAsIfAlone(Path file) throws IOException {
    try (Setting setting = new Setting(file, false, TaskBalance.EQUAL)) {
      GoldenMultiMae golden = setting.golden;
      int places = golden.grid.places();
      String first = golden.names.get(0);
      // Row 0 sees all of the first task, others every third place of all.
      BiPredicate<String, Integer> seen =
          (name, flat) -> flat < places ? name.equals(first) : flat % 3 == 0;
      MaskedBatch all = golden.batch(golden.allRows(), seen, (name, flat) -> false);
      List<TaskPrediction> together = setting.predict(all);
      for (int row = 0; row < golden.rows; row++) {
        MaskedBatch one = golden.batch(new int[] {row}, seen, (name, flat) -> false);
        List<TaskPrediction> alone = setting.predict(one);
        for (int task = 0; task < alone.size(); task++) {
          assertClose(
              "row " + row,
              together.get(task).image(row).values(),
              alone.get(task).image(0).values(),
              FORWARD);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void standardisedDepth_isThatOfTheReference(Path file) throws IOException {
    try (GoldenMultiMae golden = new GoldenMultiMae(file)) {
      assumeThat(golden.file.find("depth_standardised")).isPresent();
      float[] stored = golden.file.floats("in.depth");
      float[] expected = golden.file.floats("depth_standardised");
      int one = stored.length / golden.rows;
      for (int row = 0; row < golden.rows; row++) {
        float[] image = Arrays.copyOfRange(stored, row * one, (row + 1) * one);
        Standardisation.apply(image);
        assertClose(
            "depth " + row,
            image,
            Arrays.copyOfRange(expected, row * one, (row + 1) * one),
            FORWARD);
      }
    }
  }

  /** One network, its parameters, and a scope. */
  private static final class Setting implements AutoCloseable {
    final GoldenMultiMae golden;
    final Parameters parameters;
    final MultiMaeNetwork network;
    final Packer packer;
    final StepScope scope;

    Setting(Path file, boolean onUnmasked, TaskBalance balance) throws IOException {
      golden = new GoldenMultiMae(file);
      MultiMaeConfig config = golden.config(onUnmasked, balance);
      parameters = golden.parameters(config);
      network = new MultiMaeNetwork(config, golden.modalities(), parameters);
      packer = new Packer(golden.modalities(), PackLimits.NONE);
      scope = StepScope.open(parameters.manager());
    }

    Map<String, boolean[]> removed() throws IOException {
      return golden.removed();
    }

    /** Packs what the reference saw, asking for the places of {@code asked}. */
    PackedBatch pack(Map<String, boolean[]> asked) throws IOException {
      Map<String, boolean[]> removed = golden.removed();
      return packer.pack(
          golden.batch(
              golden.allRows(),
              (name, flat) -> !requireNonNull(removed.get(name))[flat],
              (name, flat) -> requireNonNull(asked.get(name))[flat]));
    }

    List<TaskPrediction> predict(MaskedBatch batch) {
      return network.predict(packer.pack(batch), Precision.FP32, scope);
    }

    StepResult step(PackedBatch packed) {
      return network.lossAndGradients(
          packed, Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), scope);
    }

    Map<String, NDArray> gradients(StepResult result) {
      Map<String, NDArray> found = new LinkedHashMap<>();
      for (int i = 0; i < parameters.trainable().size(); i++) {
        NDArray gradient = result.gradients().get(i);
        if (gradient != null) {
          found.put(parameters.trainable().get(i).name(), gradient);
        }
      }
      return found;
    }

    void compareTokens(PackedPart part, NDArray tokens) throws IOException {
      String name = "tokens." + part.spec().name();
      float[] expected = golden.file.floats(name);
      float[] values = tokens.toFloatArray();
      int width = (int) tokens.getShape().get(1);
      float[] wanted = new float[values.length];
      for (int k = 0; k < part.count(); k++) {
        int from = (part.row(k) * golden.grid.places() + part.place(k)) * width;
        System.arraycopy(expected, from, wanted, k * width, width);
      }
      assertClose(name, values, wanted, FORWARD);
    }

    void compareLosses(StepLoss loss, String key) {
      JsonObject expected = golden.json.getAsJsonObject(key);
      assertThat(loss.modalities())
          .extracting(ModalityLoss::modality)
          .containsExactlyElementsOf(expected.keySet());
      for (ModalityLoss task : loss.modalities()) {
        double value = expected.get(task.modality()).getAsDouble();
        assertThat(task.loss()).as(task.modality()).isCloseTo(value, within(LOSS * value));
      }
    }

    @Override
    public void close() throws IOException {
      scope.close();
      network.close();
      parameters.close();
      golden.close();
    }
  }
}
