package dev.masquerade.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenCase;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stage, both losses and their gradients are those of the reference. */
class MaskedModelGoldenTest {

  /** Separates rounding, at most 5e-6 in the reference itself, from mistakes. */
  private static final double TOLERANCE = 5e-5;

  static Stream<GoldenCase> cases() {
    return GoldenFiles.models().stream()
        .map(GoldenModel::read)
        .flatMap(model -> GoldenCase.of(model).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stages_areThoseOfTheReference(GoldenCase golden) throws IOException {
    try (Setting setting = new Setting(golden, LossKind.PER_MODALITY)) {
      MaskedModel.Forward forward =
          setting.model.forward(setting.packed, Precision.FP32, setting.scope);
      int registers = golden.model().config().registerTokens();
      Side encoder = new Side(setting, setting.packed.encoder(), registers, "enc_mask");
      Side decoder = new Side(setting, setting.packed.decoder(), 0, "dec_mask");
      encoder.compare("enc_tokens", forward.encoderTokens().contents());
      encoder.compare("enc_emb", forward.encoderTokens().places());
      encoder.compare("encoder_out", forward.encoded());
      encoder.compare("context", forward.context());
      decoder.compare("dec_tokens", forward.decoderTokens().contents());
      decoder.compare("dec_emb", forward.decoderTokens().places());
      decoder.compare("decoder_out", forward.decoded());
      decoder.compareHidden("dec_attention_mask", forward.hiddenInDecoder());
      decoder.compareTargets("target_ids");
      for (PackedPart part : setting.packed.targets()) {
        float[] expected = setting.find("logits." + part.spec().name());
        float[] actual =
            setting.model.logits(forward, part, Precision.FP32, setting.scope).toFloatArray();
        assertClose("logits of " + part.spec().name(), actual, expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossPerModality_andItsGradientsAreThoseOfTheReference(GoldenCase golden) throws IOException {
    compareLoss(golden, LossKind.PER_MODALITY, "mod");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossPerToken_andItsGradientsAreThoseOfTheReference(GoldenCase golden) throws IOException {
    compareLoss(golden, LossKind.PER_TOKEN, "token");
  }

  private static void compareLoss(GoldenCase golden, LossKind kind, String name)
      throws IOException {
    try (Setting setting = new Setting(golden, kind)) {
      StepResult result =
          setting.model.lossAndGradients(
              setting.packed, Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), setting.scope);
      assertThat(result.loss().total())
          .isCloseTo(setting.find("loss_" + name)[0], within(TOLERANCE));
      for (ModalityLoss part : result.loss().modalities()) {
        assertThat(part.loss())
            .as(part.modality())
            .isCloseTo(setting.find("loss_" + name + "." + part.modality())[0], within(TOLERANCE));
      }
      assertThat(setting.model.loss(setting.packed, Precision.FP32, setting.scope).total())
          .isCloseTo(result.loss().total(), within(1e-6));

      Map<String, Double> norms = new TreeMap<>();
      for (int i = 0; i < setting.parameters.trainable().size(); i++) {
        NDArray gradient = result.gradients().get(i);
        if (gradient == null) {
          continue;
        }
        String parameter = setting.parameters.trainable().get(i).name();
        float[] values = gradient.toFloatArray();
        norms.put(parameter, norm(values));
        String stored = "grad_" + name + "." + golden.name() + "." + parameter;
        if (setting.file.find(stored).isPresent()) {
          assertClose(stored, values, setting.file.floats(stored));
        }
      }
      JsonObject expected = golden.json().getAsJsonObject("grad_l2_norms").getAsJsonObject(name);
      for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
        if (entry.getKey().equals("_total")) {
          continue;
        }
        double value = entry.getValue().getAsDouble();
        assertThat(norms).containsKey(entry.getKey());
        assertThat(norms.get(entry.getKey()))
            .as(entry.getKey())
            .isCloseTo(value, within(TOLERANCE * Math.max(1, value)));
      }
      assertThat(norms.keySet()).isSubsetOf(expected.keySet());
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
      assertThat(actual[i]).as(what + " is a number").isNotNaN();
    }
    assertThat(worst).as("largest difference in " + what).isLessThan(TOLERANCE);
  }

  /** One model, one packed batch, one scope. */
  private static final class Setting implements AutoCloseable {
    final GoldenCase golden;
    final SafetensorsFile file;
    final Parameters parameters;
    final MaskedModel model;
    final PackedBatch packed;
    final StepScope scope;
    final MaskedBatch batch;

    Setting(GoldenCase golden, LossKind kind) throws IOException {
      this.golden = golden;
      file = SafetensorsFile.open(golden.model().tensors());
      ModelConfig config = golden.model().config();
      parameters =
          Parameters.create(
              ParameterLayout.of(config, golden.modalities()),
              Device.cpu(),
              spec -> {
                try {
                  return FloatBuffer.wrap(file.floats("param." + spec.name()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      model = new MaskedModel(config, golden.modalities(), parameters, kind);
      batch = golden.batch(file);
      packed = golden.packer().pack(batch);
      scope = StepScope.open(parameters.manager());
    }

    String stored(String tensor) {
      return "out." + golden.name() + "." + tensor;
    }

    boolean has(String tensor) {
      return file.find(stored(tensor)).isPresent();
    }

    float[] find(String tensor) throws IOException {
      return file.floats(stored(tensor));
    }

    @Override
    public void close() throws IOException {
      scope.close();
      packed.close();
      model.close();
      parameters.close();
      file.close();
    }
  }

  /** One side of a case, with the valid places of the reference's padded rows. */
  private static final class Side {
    private final Setting setting;
    private final PackedSide side;
    private final int leading;
    private final long[] ignored;

    Side(Setting setting, PackedSide side, int leading, String mask) throws IOException {
      this.setting = setting;
      this.side = side;
      this.leading = leading;
      this.ignored = setting.file.longs(setting.stored(mask));
      int rows = setting.packed.rows();
      int budget = ignored.length / rows;
      for (int row = 0; row < rows; row++) {
        int valid = 0;
        for (int i = 0; i < budget; i++) {
          valid += ignored[row * budget + i] == 0 ? 1 : 0;
        }
        assertThat(leading + side.valid(row)).as("valid places in row " + row).isEqualTo(valid);
      }
    }

    void compare(String tensor, NDArray actual) throws IOException {
      if (!setting.has(tensor)) {
        return;
      }
      float[] expected = setting.find(tensor);
      float[] values = actual.toFloatArray();
      int width = (int) actual.getShape().get(2);
      int length = (int) actual.getShape().get(1);
      int rows = setting.packed.rows();
      int budget = expected.length / rows / width;
      double worst = 0;
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < leading + side.valid(row); i++) {
          for (int d = 0; d < width; d++) {
            float ours = values[(row * length + i) * width + d];
            assertThat(ours).as(tensor + " is a number").isNotNaN();
            double difference = Math.abs(ours - expected[(row * budget + i) * width + d]);
            worst = Math.max(worst, difference);
          }
        }
      }
      assertThat(worst).as("largest difference in " + tensor).isLessThan(TOLERANCE);
    }

    void compareHidden(String tensor, NDArray actual) throws IOException {
      if (!setting.has(tensor)) {
        return;
      }
      long[] expected = setting.file.longs(setting.stored(tensor));
      float[] values = actual.toFloatArray();
      int rows = setting.packed.rows();
      int length = side.length();
      int budget = (int) Math.round(Math.sqrt((double) expected.length / rows));
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < side.valid(row); i++) {
          for (int j = 0; j < side.valid(row); j++) {
            assertThat(values[(row * length + i) * length + j] != 0)
                .as(j + " is hidden from " + i + " in row " + row)
                .isEqualTo(expected[(row * budget + i) * budget + j] != 0);
          }
        }
      }
    }

    void compareTargets(String tensor) throws IOException {
      if (!setting.has(tensor)) {
        return;
      }
      long[] expected = setting.file.longs(setting.stored(tensor));
      int budget = expected.length / setting.packed.rows();
      int compared = 0;
      for (PackedPart part : side.parts()) {
        for (int k = 0; k < part.count(); k++) {
          assertThat(part.target(k))
              .as(part.spec().name() + " " + k)
              .isEqualTo((int) expected[part.row(k) * budget + part.slot(k)]);
          compared++;
        }
      }
      assertThat(compared).isEqualTo(side.tokens());
    }
  }
}
