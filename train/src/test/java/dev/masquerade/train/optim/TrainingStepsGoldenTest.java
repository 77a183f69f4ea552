package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenCase;
import dev.masquerade.model.golden.GoldenModel;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.WeightMatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole training steps against the reference's: schedules, decay groups, clipping and AdamW
 * together. Cases are all {@code fm_*.json} with a part {@code train}.
 *
 * <p>Tolerance: one float32 execution of the reference differs from a float64 one by up to 5e-6;
 * 5e-5 separates rounding from mistakes.
 */
class TrainingStepsGoldenTest {

  private static final double TOLERANCE = 5e-5;

  private static Path directory() {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    return elsewhere.isEmpty()
        ? Path.of("..", "model", "src", "test", "resources", "goldens", "fourm")
        : Path.of(elsewhere, "fourm");
  }

  private static List<GoldenModel> models() {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*\\.json"))
          .sorted()
          .filter(TrainingStepsGoldenTest::describesTraining)
          .map(GoldenModel::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean describesTraining(Path file) {
    try {
      String text = Files.readString(file);
      return text.contains("\"train\"") && text.contains("\"variant\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goldens_describeTraining() {
    assertThat(models()).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> rates_followTheReference() {
    return models().stream()
        .map(model -> DynamicTest.dynamicTest(model.toString(), () -> compareRates(train(model))));
  }

  private static JsonObject train(GoldenModel model) {
    return model.json().getAsJsonObject("train");
  }

  private static void compareRates(JsonObject train) {
    LearningRate rate = learningRate(train);
    WeightDecay decay = weightDecay(train);
    JsonArray rates = train.getAsJsonArray("lr_per_step");
    JsonArray decays = train.getAsJsonArray("weight_decay_per_step");
    for (int step = 0; step < rates.size(); step++) {
      assertThat(rate.at(step)).isCloseTo(rates.get(step).getAsDouble(), within(1e-15));
      assertThat(decay.at(step)).isCloseTo(decays.get(step).getAsDouble(), within(1e-15));
    }
  }

  @TestFactory
  Stream<DynamicTest> decayGroups_followTheReference() {
    return models().stream()
        .map(
            model ->
                DynamicTest.dynamicTest(
                    model.toString(),
                    () -> {
                      List<String> decayed = new ArrayList<>();
                      List<String> rest = new ArrayList<>();
                      for (String name : names(model.json().getAsJsonArray("trainable"))) {
                        (DecayRule.NORMS_AND_BIASES_FREE.decays(name, 2) ? decayed : rest)
                            .add(name);
                      }
                      JsonObject train = train(model);
                      assertThat(decayed)
                          .containsExactlyInAnyOrderElementsOf(
                              names(train.getAsJsonArray("weight_decayed")));
                      assertThat(rest)
                          .containsExactlyInAnyOrderElementsOf(
                              names(train.getAsJsonArray("not_decayed")));
                    }));
  }

  private static List<String> names(JsonArray array) {
    List<String> names = new ArrayList<>();
    for (JsonElement name : array) {
      names.add(name.getAsString());
    }
    return names;
  }

  @TestFactory
  Stream<DynamicTest> steps_followTheReference() {
    return models().stream()
        .map(model -> DynamicTest.dynamicTest(model.toString(), () -> compareSteps(model)));
  }

  private static void compareSteps(GoldenModel model) throws IOException {
    JsonObject train = train(model);
    GoldenCase first = GoldenCase.trainingStep(model, 0);
    ParameterLayout layout = ParameterLayout.of(model.config(), first.modalities());
    LossKind kind =
        train.get("loss_type").getAsString().equals("token")
            ? LossKind.PER_TOKEN
            : LossKind.PER_MODALITY;
    try (SafetensorsFile file = SafetensorsFile.open(model.tensors());
        Parameters parameters =
            Parameters.create(layout, Device.cpu(), spec -> value(layout, file, spec));
        MaskedModel network =
            new MaskedModel(model.config(), first.modalities(), parameters, kind);
        AdamW optimiser = new AdamW(trainable(parameters), settings(train), parameters.manager())) {
      LearningRate rate = learningRate(train);
      WeightDecay decay = weightDecay(train);
      for (int step = 0; step < train.get("steps").getAsInt(); step++) {
        GoldenCase batch = GoldenCase.trainingStep(model, step);
        try (PackedBatch packed = batch.packer().pack(batch.batch(file));
            StepScope scope = StepScope.open(parameters.manager())) {
          StepResult result =
              network.lossAndGradients(
                  packed,
                  Precision.FP32,
                  new SampleStreams(0).stream(step, "", Purpose.DROP_PATH),
                  scope);
          assertThat(result.loss().total())
              .as("loss of step %s", step)
              .isCloseTo(at(train, "losses", step), within(TOLERANCE));
          StepOutcome outcome =
              optimiser.step(scope, list(result.gradients()), rate.at(step), decay.at(step));
          assertThat(outcome.gradientNorm())
              .as("gradient norm of step %s", step)
              .isCloseTo(at(train, "grad_norms_before_clip", step), within(20 * TOLERANCE));
          assertThat(outcome.skipped()).isFalse();
        }
      }
      compareParameters(train, file, parameters);
    }
  }

  private static void compareParameters(
      JsonObject train, SafetensorsFile file, Parameters parameters) throws IOException {
    for (String name : names(train.getAsJsonArray("save_params"))) {
      assertThat(parameters.read(name))
          .as(name)
          .containsExactly(file.floats("train_final." + name), within((float) TOLERANCE));
    }
    JsonObject norms = train.getAsJsonObject("final_param_l2");
    for (String name : new TreeSet<>(norms.keySet())) {
      double sum = 0;
      for (float value : parameters.read(name)) {
        sum += (double) value * value;
      }
      assertThat(Math.sqrt(sum))
          .as("norm of %s", name)
          .isCloseTo(norms.get(name).getAsDouble(), within(TOLERANCE));
    }
  }

  private static java.nio.FloatBuffer value(
      ParameterLayout layout, SafetensorsFile file, ParameterSpec spec) {
    try {
      return WeightMatch.of(layout, file, "param.").values(spec);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, NDArray> trainable(Parameters parameters) {
    Map<String, NDArray> trainable = new LinkedHashMap<>();
    for (ParameterSpec spec : parameters.trainable()) {
      trainable.put(spec.name(), parameters.get(spec.name()));
    }
    return trainable;
  }

  private static List<@Nullable NDArray> list(Gradients gradients) {
    List<@Nullable NDArray> list = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      list.add(gradients.get(i));
    }
    return list;
  }

  private static LearningRate learningRate(JsonObject train) {
    return LearningRate.cosine(
        train.get("lr").getAsDouble(),
        train.get("min_lr").getAsDouble(),
        train.get("warmup_steps").getAsLong(),
        train.get("steps").getAsLong());
  }

  private static WeightDecay weightDecay(JsonObject train) {
    return new WeightDecay(
        train.get("weight_decay").getAsDouble(),
        train.get("weight_decay_end").getAsDouble(),
        train.get("steps").getAsLong());
  }

  private static AdamWSettings settings(JsonObject train) {
    JsonArray betas = train.getAsJsonArray("betas");
    return new AdamWSettings(
        betas.get(0).getAsDouble(),
        betas.get(1).getAsDouble(),
        train.get("eps").getAsDouble(),
        train.get("clip_grad").getAsDouble());
  }

  private static double at(JsonObject train, String name, int step) {
    return train.getAsJsonArray(name).get(step).getAsDouble();
  }
}
