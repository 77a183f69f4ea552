package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.train.golden.TransferGoldens;
import dev.masquerade.train.optim.Lars;
import dev.masquerade.train.optim.LarsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Steps of a linear probe against MAE's: all {@code linprobe*.json}. Tolerances of the reference:
 * 2e-5 for what is computed forward, 5e-5 for gradients, 2e-5 for steps.
 *
 * <p>The files' {@code init.*} hold the state after the last step, not before the first, so the
 * start is computed back from the first step: weights by its rate and momentum, statistics by the
 * mean and variance of its batch. What the step itself must get right stays open: logits, loss,
 * gradients and the trust ratio in the momentum.
 */
class LinearHeadGoldenTest {

  private static final float FORWARD = 2e-5f;
  private static final float GRADIENT = 5e-5f;

  @Test
  void goldens_areThere() {
    assertThat(TransferGoldens.files("mae", "linprobe.*\\.json")).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> steps_areTheReferences() {
    return TransferGoldens.files("mae", "linprobe.*\\.json").stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()), () -> compareSteps(file)));
  }

  private static void compareSteps(Path json) throws IOException {
    JsonObject golden = GoldenFiles.read(json);
    LarsSettings settings =
        new LarsSettings(real(golden, "momentum"), real(golden, "trust_coefficient"), 0);
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json));
        NDManager manager = ComputeEngine.start().newManager(Device.cpu())) {
      List<Long> shape = file.get("step0.after.1.weight").shape();
      int classes = Math.toIntExact(shape.get(0));
      int width = Math.toIntExact(shape.get(1));
      double rate = real(golden, "lr");
      try (LinearHead head = new LinearHead(before(file, "weight", rate), width, classes, manager);
          Lars lars = new Lars(head.parameters(), settings, manager)) {
        head.assign(array(head, "bias"), before(file, "bias", rate));
        startStatistics(file, head, width, real(golden, "bn_momentum"));
        NDArray last = null;
        for (int step = 0; file.find("step" + step + ".features").isPresent(); step++) {
          last = features(file, step, manager);
          step(file, "step" + step + ".", head, lars, last, golden, manager);
        }
        assertThat(last).isNotNull();
        try (StepScope scope = StepScope.open(manager)) {
          assertThat(head.logits(scope, last).toFloatArray())
              .containsExactly(file.floats("eval.logits"), within(FORWARD));
        }
      }
    }
  }

  private static float[] before(SafetensorsFile file, String name, double rate) throws IOException {
    float[] values = file.floats("step0.after.1." + name);
    float[] momentum = file.floats("step0.mu.1." + name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] + rate * momentum[i]);
    }
    return values;
  }

  private static void startStatistics(
      SafetensorsFile file, LinearHead head, int width, double share) throws IOException {
    float[] features = file.floats("step0.features");
    int rows = features.length / width;
    float[] means = file.floats("step0.after.0.running_mean");
    float[] variances = file.floats("step0.after.0.running_var");
    for (int column = 0; column < width; column++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += (double) features[row * width + column] / rows;
      }
      double variance = 0;
      for (int row = 0; row < rows; row++) {
        variance += Math.pow(features[row * width + column] - mean, 2) / (rows - 1);
      }
      means[column] = (float) ((means[column] - share * mean) / (1 - share));
      variances[column] = (float) ((variances[column] - share * variance) / (1 - share));
    }
    head.assign(head.runningMean(), means);
    head.assign(head.runningVariance(), variances);
  }

  private static NDArray features(SafetensorsFile file, int step, NDManager manager)
      throws IOException {
    String name = "step" + step + ".features";
    List<Long> shape = file.get(name).shape();
    return manager.create(file.floats(name), new Shape(shape.get(0), shape.get(1)));
  }

  private static void step(
      SafetensorsFile file,
      String prefix,
      LinearHead head,
      Lars lars,
      NDArray features,
      JsonObject golden,
      NDManager manager)
      throws IOException {
    try (StepScope scope = StepScope.open(manager)) {
      NDArray labels = scope.manager().create(file.longs(prefix + "target"));
      LinearHead.Trained trained = head.train(scope, features, head.targets(scope, labels, 0));
      assertThat(trained.logits().toFloatArray())
          .containsExactly(file.floats(prefix + "logits"), within(FORWARD));
      assertThat(trained.loss().toFloatArray())
          .containsExactly(file.floats(prefix + "loss"), within(FORWARD));
      assertThat(trained.gradients().get(0).toFloatArray())
          .containsExactly(file.floats(prefix + "grad.1.weight"), within(GRADIENT));
      assertThat(trained.gradients().get(1).toFloatArray())
          .containsExactly(file.floats(prefix + "grad.1.bias"), within(GRADIENT));
      lars.step(scope, trained.gradients(), real(golden, "lr"), real(golden, "weight_decay"));
    }
    for (String name : List.of("weight", "bias")) {
      assertThat(array(head, name).toFloatArray())
          .as("%s%s", prefix, name)
          .containsExactly(file.floats(prefix + "after.1." + name), within(FORWARD));
      assertThat(momentum(lars, name))
          .as("%smomentum of %s", prefix, name)
          .containsExactly(file.floats(prefix + "mu.1." + name), within(FORWARD));
    }
    assertThat(head.runningMean().toFloatArray())
        .containsExactly(file.floats(prefix + "after.0.running_mean"), within(FORWARD));
    assertThat(head.runningVariance().toFloatArray())
        .containsExactly(file.floats(prefix + "after.0.running_var"), within(FORWARD));
  }

  private static float[] momentum(Lars lars, String name) {
    NDArray array = lars.state().get("mu." + name);
    assertThat(array).isNotNull();
    return array.toFloatArray();
  }

  private static NDArray array(LinearHead head, String name) {
    NDArray array = head.parameters().get(name);
    assertThat(array).isNotNull();
    return array;
  }

  /** A weight of 0 moves by its gradient, of 1; a gradient of 0 leaves a weight, of 1, in place. */
  @TestFactory
  Stream<DynamicTest> corners_areTheReferences() {
    return TransferGoldens.files("mae", "linprobe.*\\.json").stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()),
                    () -> {
                      compareCorner(file, "corner.zero_param_after", 0, 1);
                      compareCorner(file, "corner.zero_grad_after", 1, 0);
                    }));
  }

  private static void compareCorner(Path json, String name, float weight, float gradient)
      throws IOException {
    JsonObject golden = GoldenFiles.read(json);
    LarsSettings settings =
        new LarsSettings(real(golden, "momentum"), real(golden, "trust_coefficient"), 0);
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json));
        NDManager manager = ComputeEngine.start().newManager(Device.cpu())) {
      List<Long> lengths = file.get(name).shape();
      Shape shape = new Shape(lengths.get(0), lengths.get(1));
      NDArray parameter = manager.create(filled(shape, weight), shape);
      try (Lars lars = new Lars(Map.of("weight", parameter), settings, manager);
          StepScope scope = StepScope.open(manager)) {
        NDArray slope = scope.manager().create(filled(shape, gradient), shape);
        lars.step(scope, List.of(slope), real(golden, "corner_lr"), 0);
      }
      assertThat(parameter.getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(parameter.toFloatArray()).containsExactly(file.floats(name), within(FORWARD));
    }
  }

  private static float[] filled(Shape shape, float value) {
    float[] values = new float[Math.toIntExact(shape.size())];
    Arrays.fill(values, value);
    return values;
  }

  private static double real(JsonObject json, String name) {
    return json.get(name).getAsDouble();
  }
}
