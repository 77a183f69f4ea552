package dev.masquerade.model.byol;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenFolder;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads, loss and whole training steps are those of Lightly. */
class ByolGoldenTest {

  private static final double FORWARD = 2e-5;
  private static final double LOSS = 1e-5;
  private static final double STEP = 5e-5;
  private static final List<String> CONVOLUTION =
      List.of("0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var");

  static Stream<Path> files() {
    return GoldenFolder.of("lightly").find("byol.*\\.json").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void heads_areThoseOfTheReference(Path json) throws IOException {
    try (Recorded recorded = new Recorded(json)) {
      Parameters projection = recorded.parameters("projection.before.");
      Parameters prediction = recorded.parameters("prediction.before.");
      try (projection;
          prediction;
          StepScope scope = StepScope.open(projection.manager())) {
        ByolHead first = new ByolHead(recorded.kernels, projection);
        ByolHead second = new ByolHead(recorded.kernels, prediction);
        NDArray features = recorded.array("features", scope);
        NDArray projected = first.apply(features, true, Precision.FP32, scope);
        recorded.compare("projection_train", projected);
        recorded.compare("prediction_train", second.apply(projected, true, Precision.FP32, scope));
        recorded.compareStatistics("projection.after_train.", projection);
        recorded.compareStatistics("prediction.after_train.", prediction);
        NDArray evaluated = first.apply(features, false, Precision.FP32, scope);
        recorded.compare("projection_eval", evaluated);
        recorded.compare("prediction_eval", second.apply(evaluated, false, Precision.FP32, scope));
        recorded.compareStatistics("projection.after_train.", projection);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void negativeCosine_andItsSlopeAreThoseOfTheReference(Path json) throws IOException {
    try (Recorded recorded = new Recorded(json);
        Parameters any = recorded.parameters("projection.before.");
        StepScope scope = StepScope.open(any.manager())) {
      NDList result =
          recorded.kernels.call(
              scope.manager(),
              "cosine_slope",
              recorded.array("ncs_x0", scope),
              recorded.array("ncs_x1", scope));
      double expected = recorded.json.get("ncs_loss").getAsDouble();
      assertThat((double) result.get(0).getFloat())
          .isCloseTo(expected, within(LOSS * Math.max(1, Math.abs(expected))));
      // A row of zeros has no direction; what flows into it is of the order of 1 / 1e-8.
      float[] slope = recorded.file.floats("ncs_grad_x0");
      float[] ours = result.get(1).toFloatArray();
      for (int i = 0; i < slope.length; i++) {
        assertThat(ours[i])
            .as("slope " + i)
            .isCloseTo(slope[i], within((float) (STEP * Math.max(1, Math.abs(slope[i])))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void steps_areThoseOfTheReference(Path json) throws IOException {
    try (Recorded recorded = new Recorded(json);
        Parameters parameters = recorded.parameters("byol.before.")) {
      TwoViews views = new TwoViews(recorded.kernels, parameters);
      for (JsonElement element : recorded.json.getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        try (StepScope scope = StepScope.open(parameters.manager())) {
          views.follow(step.get("momentum").getAsDouble(), scope);
          recorded.step(step, views, parameters, scope);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void momentum_risesAsRecorded(Path json) throws IOException {
    try (Recorded recorded = new Recorded(json)) {
      List<JsonElement> steps = recorded.json.getAsJsonArray("steps").asList();
      double start = steps.get(0).getAsJsonObject().get("momentum").getAsDouble();
      double second = steps.get(1).getAsJsonObject().get("momentum").getAsDouble();
      // How long the run was is not recorded; the second momentum says it.
      double wave = 2 * (1 - second) / (1 - start) - 1;
      long length = Math.round(Math.PI / Math.acos(wave)) + 1;
      ByolConfig config =
          new ByolConfig(
              VitPresets.get("vit_tiny"), new HeadShape(192, 8, 4), new HeadShape(4, 8, 4), start);
      for (int i = 0; i < steps.size(); i++) {
        assertThat(config.momentum(i, length))
            .isCloseTo(steps.get(i).getAsJsonObject().get("momentum").getAsDouble(), within(1e-12));
      }
      assertThat(config.momentum(length - 1, length)).isEqualTo(1);
      assertThat(config.momentum(length, length)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void mismatchedWidths_areRefusedByNameAndTheRepairedHeadFits(Path json) throws IOException {
    JsonObject cases = GoldenFiles.read(json).getAsJsonObject("dimension_mismatch");
    for (Map.Entry<String, JsonElement> entry : cases.entrySet()) {
      JsonObject described = entry.getValue().getAsJsonObject();
      int features = described.get("backbone_features").getAsInt();
      HeadShape broken = head(described, "projection_head");
      HeadShape prediction = new HeadShape(broken.outputs(), broken.hidden(), broken.outputs());
      assertThatThrownBy(() -> ByolConfig.chain(features, broken, prediction).require())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "backbone gives "
                  + features
                  + ", but projection takes "
                  + broken.inputs()
                  + ". Set projection.inputs to "
                  + features
                  + ", or backbone.width to "
                  + broken.inputs());
      HeadShape repaired = head(described, "fixed_head");
      ByolConfig.chain(features, repaired, prediction).require();
      List<JsonElement> shape = described.getAsJsonArray("fixed_output_shape").asList();
      try (KernelModule kernels = Kernels.loadModelWith(Kernels.BYOL);
          Parameters parameters =
              Parameters.create(
                  ByolHead.layout(repaired),
                  Device.cpu(),
                  spec -> FloatBuffer.allocate((int) spec.elements()));
          StepScope scope = StepScope.open(parameters.manager())) {
        NDArray x = scope.manager().zeros(new Shape(described.get("batch").getAsInt(), features));
        NDArray y = new ByolHead(kernels, parameters).apply(x, false, Precision.FP32, scope);
        assertThat(y.getShape())
            .isEqualTo(new Shape(shape.get(0).getAsInt(), shape.get(1).getAsInt()));
      }
    }
  }

  private static HeadShape head(JsonObject json, String key) {
    List<JsonElement> widths = json.getAsJsonArray(key).asList();
    return new HeadShape(
        widths.get(0).getAsInt(), widths.get(1).getAsInt(), widths.get(2).getAsInt());
  }

  /** Files of one recording, and kernels with its backbone. */
  private static final class Recorded implements AutoCloseable {
    final JsonObject json;
    final SafetensorsFile file;
    final KernelModule kernels =
        Kernels.loadModelWith(Kernels.BYOL, "/dev/masquerade/model/byol/convolution.py");

    Recorded(Path path) throws IOException {
      json = GoldenFiles.read(path);
      file = SafetensorsFile.open(GoldenFiles.tensors(path));
    }

    /** Reads the tensors below a prefix as parameters; averages and statistics are not trained. */
    Parameters parameters(String prefix) {
      LayoutCollector layout = new LayoutCollector();
      for (TensorEntry entry : file.tensors()) {
        String name = entry.name();
        if (!name.startsWith(prefix) || name.endsWith("num_batches_tracked")) {
          continue;
        }
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        InitRule rule = new InitRule.Constant(0);
        String rest = name.substring(prefix.length());
        if (rest.contains("running_") || rest.contains("_momentum.")) {
          layout.fixed(rest, rule, shape);
        } else {
          layout.weight(rest, rule, shape);
        }
      }
      return Parameters.create(
          layout.layout(), Device.cpu(), spec -> FloatBuffer.wrap(floats(prefix + spec.name())));
    }

    float[] floats(String name) {
      try {
        return file.floats(name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    NDArray array(String name, StepScope scope) throws IOException {
      long[] shape = file.get(name).shape().stream().mapToLong(Long::longValue).toArray();
      return scope.manager().create(floats(name), new Shape(shape));
    }

    void compare(String name, NDArray actual) {
      assertClose(name, actual, floats(name), FORWARD);
    }

    void compareStatistics(String prefix, Parameters parameters) {
      for (String name : List.of("layers.1.running_mean", "layers.1.running_var")) {
        assertClose(prefix + name, parameters.get(name), floats(prefix + name), FORWARD);
      }
    }

    TwoViews.Seen see(TwoViews views, Parameters parameters, String images, StepScope scope)
        throws IOException {
      NDArray input = array(images, scope);
      return views.see(
          () -> features(input, parameters.under(TwoViews.BACKBONE), scope),
          () -> features(input, parameters.under(TwoViews.BACKBONE_AVERAGE), scope),
          true,
          Precision.FP32,
          scope);
    }

    private NDArray features(NDArray images, Parameters parameters, StepScope scope) {
      NDList weights = new NDList();
      CONVOLUTION.forEach(name -> weights.add(parameters.get(name)));
      return kernels.call(scope.manager(), "convolution", images, weights).get(0);
    }

    void step(JsonObject step, TwoViews views, Parameters parameters, StepScope scope)
        throws IOException {
      String prefix = "byol.step" + step.get("step").getAsInt() + ".";
      TwoViews.Seen first = see(views, parameters, prefix + "x0", scope);
      TwoViews.Seen second = see(views, parameters, prefix + "x1", scope);
      compare(prefix + "p0", first.prediction());
      compare(prefix + "z0", first.target());
      compare(prefix + "p1", second.prediction());
      compare(prefix + "z1", second.target());
      NDArray loss = views.loss(first, second, scope);
      double expected = step.get("loss").getAsDouble();
      assertThat((double) loss.getFloat())
          .isCloseTo(expected, within(LOSS * Math.max(1, Math.abs(expected))));
      NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
      assertThat(found).hasSize(parameters.trainable().size() + 1);
      double rate = json.get("lr").getAsDouble();
      for (int i = 0; i < parameters.trainable().size(); i++) {
        ParameterSpec spec = parameters.trainable().get(i);
        float[] gradient = found.get(i).toFloatArray();
        String name = prefix + "grad." + spec.name();
        if (file.find(name).isPresent()) {
          assertClose(name, gradient, floats(name), STEP);
        }
        float[] moved = parameters.read(spec.name());
        for (int k = 0; k < moved.length; k++) {
          moved[k] -= (float) (rate * gradient[k]);
        }
        parameters.write(spec.name(), FloatBuffer.wrap(moved));
      }
      String after = "byol.after_step" + step.get("step").getAsInt() + ".";
      for (ParameterSpec spec : parameters.layout().parameters()) {
        String name = after + spec.name();
        assertClose(name, parameters.get(spec.name()), floats(name), STEP);
      }
    }

    @Override
    public void close() throws IOException {
      kernels.close();
      file.close();
    }
  }
}
