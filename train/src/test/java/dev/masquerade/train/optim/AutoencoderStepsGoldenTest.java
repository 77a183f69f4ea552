package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.golden.MaeGolden;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.mae.MaskedAutoencoder;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole steps of masked autoencoding against the reference's: losses, gradient norms, decay groups
 * and AdamW at the reference's rates. Cases are all NAME_steps.json beside NAME.json.
 */
class AutoencoderStepsGoldenTest {

  private static final double TOLERANCE = 2e-5;
  private static final Pattern OPTIMISER =
      Pattern.compile("AdamW betas \\(([0-9.]+), ?([0-9.]+)\\) eps ([0-9.e-]+)");

  static List<Path> runs() {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    Path directory =
        elsewhere.isEmpty()
            ? Path.of("..", "model", "src", "test", "resources", "goldens", "mae")
            : Path.of(elsewhere, "mae");
    return GoldenFiles.in(directory, ".*_steps\\.json", "steps", "norm_pix_loss");
  }

  private static MaeGolden model(Path run) {
    Path json = run.resolveSibling(run.getFileName().toString().replace("_steps.json", ".json"));
    return new MaeGolden(json, GoldenFiles.read(json));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void decayGroups_followTheReference(Path run) {
    MaeGolden golden = model(run);
    List<String> decayed = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    new MaeDescription(golden.config(true), golden.image())
        .layout()
        .trainable()
        .forEach(
            spec ->
                (DecayRule.VECTORS_FREE.decays(spec.name(), spec.shape().size()) ? decayed : rest)
                    .add(spec.name()));
    for (JsonElement element : GoldenFiles.read(run).getAsJsonArray("weight_decay_groups")) {
      JsonObject group = element.getAsJsonObject();
      List<String> names = new ArrayList<>();
      group.getAsJsonArray("params").forEach(name -> names.add(name.getAsString()));
      assertThat(group.get("weight_decay").getAsDouble() > 0 ? decayed : rest)
          .containsExactlyElementsOf(names);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void steps_followTheReference(Path run) throws IOException {
    MaeGolden golden = model(run);
    JsonObject json = GoldenFiles.read(run);
    MaeConfig config = golden.config(json.get("norm_pix_loss").getAsBoolean());
    double decay = 0;
    for (JsonElement group : json.getAsJsonArray("weight_decay_groups")) {
      decay = Math.max(decay, group.getAsJsonObject().get("weight_decay").getAsDouble());
    }
    int parts = json.get("accum_iter").getAsInt();
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(run));
        SafetensorsFile weights =
            SafetensorsFile.open(run.resolveSibling(json.get("start_weights").getAsString()));
        Parameters parameters =
            GoldenImages.parameters(
                new MaeDescription(config, golden.image()).layout(), weights, name -> name);
        MaskedAutoencoder network = new MaskedAutoencoder(config, golden.image(), parameters);
        AdamW optimiser =
            new AdamW(
                trainable(parameters),
                settings(json),
                ParameterGroups.of(DecayRule.VECTORS_FREE),
                parameters.manager());
        StepScope sumScope = StepScope.open(parameters.manager())) {
      List<@Nullable NDArray> sums = none(parameters);
      int number = 0;
      for (JsonElement element : json.getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        String name = "step" + number;
        try (PackedBatch packed = batch(golden, json, file, name);
            StepScope scope = StepScope.open(parameters.manager())) {
          StepResult result =
              network.lossAndGradients(
                  packed,
                  Precision.FP32,
                  new SampleStreams(0).stream(number, "", Purpose.DROP_PATH),
                  scope);
          assertThat(result.loss().total())
              .as("loss of " + name)
              .isCloseTo(step.get("loss").getAsDouble(), within(TOLERANCE));
          optimiser.accumulate(sumScope, sums, list(result.gradients()), 1.0 / parts);
          if (step.get("updated").getAsBoolean()) {
            StepOutcome outcome = optimiser.step(scope, sums, step.get("lr").getAsDouble(), decay);
            if (step.has("grad_norm") && !step.get("grad_norm").isJsonNull()) {
              assertThat(outcome.gradientNorm())
                  .as("gradient norm of " + name)
                  .isCloseTo(step.get("grad_norm").getAsDouble(), within(5e-5));
            }
            sums = none(parameters);
          }
        }
        number++;
      }
      compareParameters(json, file, parameters);
    }
  }

  private static PackedBatch batch(
      MaeGolden golden, JsonObject json, SafetensorsFile file, String step) throws IOException {
    float[] noise = file.floats(step + ".noise");
    List<Long> shape = file.get(step + ".noise").shape();
    int rows = shape.get(0).intValue();
    int places = shape.get(1).intValue();
    int kept = (int) (places * (1 - json.get("mask_ratio").getAsDouble()));
    boolean[] removed = new boolean[noise.length];
    for (int row = 0; row < rows; row++) {
      int from = row * places;
      List<Integer> order = new ArrayList<>(IntStream.range(0, places).boxed().toList());
      order.sort((a, b) -> Float.compare(noise[from + a], noise[from + b]));
      order.subList(kept, places).forEach(place -> removed[from + place] = true);
    }
    return GoldenImages.pack(
        golden.image(), file.floats(step + ".imgs"), file.get(step + ".imgs").shape(), removed);
  }

  private static void compareParameters(
      JsonObject json, SafetensorsFile file, Parameters parameters) throws IOException {
    int compared = 0;
    for (TensorEntry tensor : file.tensors()) {
      if (tensor.name().startsWith("final.")) {
        GoldenImages.assertClose(
            tensor.name(),
            parameters.read(tensor.name().substring("final.".length())),
            file.floats(tensor.name()),
            TOLERANCE);
        compared++;
      }
    }
    assertThat(compared).isPositive();
    for (Map.Entry<String, JsonElement> norm :
        new TreeMap<>(json.getAsJsonObject("final_param_l2").asMap()).entrySet()) {
      double expected = norm.getValue().getAsDouble();
      // Softmax does not see biases of keys, so their gradients are rounding, which AdamW
      // magnifies.
      double tolerance = norm.getKey().endsWith(".qkv.bias") ? 1e-3 : TOLERANCE;
      assertThat(GoldenImages.norm(parameters.read(norm.getKey())))
          .as("norm of " + norm.getKey())
          .isCloseTo(expected, within(tolerance * Math.max(1, expected)));
    }
  }

  private static AdamWSettings settings(JsonObject json) {
    Matcher matcher = OPTIMISER.matcher(json.get("optimizer").getAsString());
    assertThat(matcher.find()).as("optimizer is AdamW").isTrue();
    return new AdamWSettings(
        Double.parseDouble(matcher.group(1)),
        Double.parseDouble(matcher.group(2)),
        Double.parseDouble(matcher.group(3)),
        0);
  }

  private static Map<String, NDArray> trainable(Parameters parameters) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < parameters.trainable().size(); i++) {
      arrays.put(parameters.trainable().get(i).name(), parameters.trainableArrays().get(i));
    }
    return arrays;
  }

  private static List<@Nullable NDArray> none(Parameters parameters) {
    return new ArrayList<>(Collections.nCopies(parameters.trainable().size(), null));
  }

  private static List<@Nullable NDArray> list(Gradients gradients) {
    List<@Nullable NDArray> list = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      list.add(gradients.get(i));
    }
    return list;
  }
}
