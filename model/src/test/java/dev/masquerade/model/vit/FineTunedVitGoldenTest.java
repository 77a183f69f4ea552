package dev.masquerade.model.vit;

import static dev.masquerade.model.golden.GoldenImages.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Positions;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.golden.MaeGolden;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features, scores, losses and the gradient's norm are those of MAE's fine-tuning. */
class FineTunedVitGoldenTest {

  private static final double TOLERANCE = 2e-5;

  static List<Path> models() {
    return GoldenFiles.in(GoldenFiles.mae(), "vit_.*\\.json", "global_pool", "step");
  }

  @ParameterizedTest
  @MethodSource("models")
  void featuresAndScores_areThoseOfTheReference(Path json) throws IOException {
    try (Setting setting = new Setting(json)) {
      Pooling pooling = setting.config.pooling();
      assertClose(
          "features",
          setting.model.features(setting.packed, pooling, Precision.FP32, setting.scope),
          setting.file.floats("features"),
          TOLERANCE);
      assertClose(
          "logits",
          setting.model.logits(setting.packed, Precision.FP32, setting.scope),
          setting.file.floats("logits"),
          TOLERANCE);
      try (PackedBatch mixed = setting.mixed()) {
        assertClose(
            "logits_mixup",
            setting.model.logits(mixed, Precision.FP32, setting.scope),
            setting.file.floats("logits_mixup"),
            TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void losses_areThoseOfTheReference(Path json) throws IOException {
    try (Setting setting = new Setting(json)) {
      float[] hard = setting.smoothed(0);
      for (Map.Entry<String, float[]> loss :
          Map.of(
                  "loss_ce",
                  hard,
                  "loss_label_smoothing_0.1",
                  setting.smoothed(0.1),
                  "loss_soft_target",
                  setting.file.floats("mixup_target_lam0.3_smooth0.1"))
              .entrySet()) {
        double expected = setting.file.floats(loss.getKey())[0];
        NDArray targets = setting.targets(loss.getValue());
        assertThat(
                setting.model.loss(setting.packed, targets, Precision.FP32, setting.scope).total())
            .as(loss.getKey())
            .isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradients_haveTheNormOfTheReference(Path json) throws IOException {
    try (Setting setting = new Setting(json)) {
      JsonObject step = setting.json.getAsJsonObject("step");
      NDArray targets =
          setting.targets(setting.smoothed(step.get("label_smoothing").getAsDouble()));
      StepResult result =
          setting.model.lossAndGradients(
              setting.packed,
              targets,
              Precision.FP32,
              RandomSource.SPLIT_MIX_64.create(1),
              setting.scope);
      double loss = step.get("loss").getAsDouble();
      assertThat(result.loss().total()).isCloseTo(loss, within(1e-5 * loss));
      double squares = 0;
      for (int i = 0; i < result.gradients().size(); i++) {
        NDArray gradient = result.gradients().get(i);
        assertThat(gradient).as(setting.parameters.trainable().get(i).name()).isNotNull();
        squares += Math.pow(GoldenImages.norm(gradient.toFloatArray()), 2);
      }
      double norm = step.get("grad_norm").getAsDouble();
      assertThat(Math.sqrt(squares)).isCloseTo(norm, within(5e-5 * norm));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void tensors_areThoseThatFineTuningMoves(Path json) throws IOException {
    try (Setting setting = new Setting(json)) {
      TreeSet<String> moved = new TreeSet<>();
      for (JsonElement group : setting.json.getAsJsonArray("groups")) {
        group
            .getAsJsonObject()
            .getAsJsonArray("params")
            .forEach(name -> moved.add(name.getAsString()));
      }
      assertThat(setting.parameters.trainable().stream().map(ParameterSpec::name))
          .containsExactlyInAnyOrderElementsOf(moved);
    }
  }

  /** One model, one packed batch, one scope. */
  private static final class Setting implements AutoCloseable {
    final JsonObject json;
    final SafetensorsFile file;
    final SafetensorsFile images;
    final VitConfig config;
    final ModalitySpec image;
    final Parameters parameters;
    final VisionTransformer model;
    final PackedBatch packed;
    final StepScope scope;

    Setting(Path path) throws IOException {
      json = GoldenFiles.read(path);
      MaeGolden pretrained = MaeGolden.all().get(0);
      file = SafetensorsFile.open(GoldenFiles.tensors(path));
      images = SafetensorsFile.open(pretrained.tensors("forward"));
      image = pretrained.image();
      config =
          pretrained
              .encoder()
              .positions(Positions.LEARNED)
              .pooling(json.get("global_pool").getAsBoolean() ? Pooling.MEAN : Pooling.CLASS_TOKEN)
              .classes(json.get("num_classes").getAsInt())
              .build();
      ParameterLayout layout = new VitDescription(config, image).layout();
      try (SafetensorsFile encoder = SafetensorsFile.open(pretrained.tensors("weights"))) {
        parameters =
            Parameters.create(
                layout,
                ai.djl.Device.cpu(),
                spec -> {
                  try {
                    String own = "weights." + spec.name();
                    return FloatBuffer.wrap(
                        file.find(own).isPresent()
                            ? file.floats(own)
                            : encoder.floats(spec.name()));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      }
      model = new VisionTransformer(config, image, parameters);
      packed = GoldenImages.packWhole(image, images.floats("imgs"), images.get("imgs").shape());
      scope = StepScope.open(parameters.manager());
    }

    /** Every image mixed with the one as far from the end. */
    PackedBatch mixed() throws IOException {
      float[] values = images.floats("imgs");
      List<Long> shape = images.get("imgs").shape();
      int rows = shape.get(0).intValue();
      int each = values.length / rows;
      float[] mixed = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        int partner = (rows - 1 - i / each) * each + i % each;
        mixed[i] = (float) (0.3 * values[i] + 0.7 * values[partner]);
      }
      return GoldenImages.packWhole(image, mixed, shape);
    }

    float[] smoothed(double smoothing) throws IOException {
      long[] labels = file.longs("target");
      int classes = config.classes();
      float[] shares = new float[labels.length * classes];
      java.util.Arrays.fill(shares, (float) (smoothing / classes));
      for (int row = 0; row < labels.length; row++) {
        shares[row * classes + (int) labels[row]] += (float) (1 - smoothing);
      }
      return shares;
    }

    NDArray targets(float[] shares) {
      return scope
          .manager()
          .create(shares, new Shape(shares.length / config.classes(), config.classes()));
    }

    @Override
    public void close() throws IOException {
      scope.close();
      packed.close();
      model.close();
      parameters.close();
      images.close();
      file.close();
    }
  }
}
