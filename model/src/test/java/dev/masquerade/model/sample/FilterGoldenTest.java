package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What filters keep, what is then drawn with which probability, and guided logits, as in the
 * reference. The tolerance is that of all golden tests.
 */
class FilterGoldenTest {

  private static final double TOLERANCE = 5e-5;
  private static final Pattern PROBABILITIES = Pattern.compile("filter\\.(\\d+)\\.probs_t(.+)");
  private static final Pattern SINGLE = Pattern.compile("guide\\.single_(.+)");
  private static final int QUANTILES = 4096;

  @Test
  void drawnTokens_haveTheProbabilitiesOfTheReference() throws Exception {
    int compared = 0;
    for (Path file : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "filtering")) {
      JsonArray settings = GoldenFiles.read(file).getAsJsonArray("filtering");
      try (SafetensorsFile golden = SafetensorsFile.open(GoldenFiles.tensors(file));
          NDManager manager = ComputeEngine.start().newManager(Device.cpu());
          TokenSampler sampler = new TokenSampler()) {
        for (TensorEntry entry : golden.tensors()) {
          Matcher matcher = PROBABILITIES.matcher(entry.name());
          if (matcher.matches()) {
            TokenFilter filter =
                filter(settings.get(Integer.parseInt(matcher.group(1))).getAsJsonObject());
            compare(golden, entry, filter, Double.parseDouble(matcher.group(2)), sampler, manager);
            compared++;
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }

  /** Goes through a row by equally spaced uniform numbers, which reach every likely token. */
  private static void compare(
      SafetensorsFile golden,
      TensorEntry entry,
      TokenFilter filter,
      double temperature,
      TokenSampler sampler,
      NDManager manager)
      throws Exception {
    float[] logits = golden.floats("filter.logits");
    float[] expected = golden.floats(entry.name());
    int rows = entry.shape().get(0).intValue();
    int vocabulary = entry.shape().get(1).intValue();
    try (StepScope scope = StepScope.open(manager)) {
      for (int row = 0; row < rows; row++) {
        float[] repeated = new float[QUANTILES * vocabulary];
        double[] uniforms = new double[QUANTILES];
        for (int i = 0; i < QUANTILES; i++) {
          System.arraycopy(logits, row * vocabulary, repeated, i * vocabulary, vocabulary);
          uniforms[i] = (i + 0.5) / QUANTILES;
        }
        NDArray array = scope.manager().create(repeated, new Shape(QUANTILES, vocabulary));
        Drawn drawn = sampler.draw(array, temperature, filter, uniforms, scope);
        Set<Integer> seen = new TreeSet<>();
        for (int i = 0; i < QUANTILES; i++) {
          seen.add(drawn.ids()[i]);
          assertThat(drawn.probabilities()[i])
              .as("%s row %d token %d", entry.name(), row, drawn.ids()[i])
              .isCloseTo(expected[row * vocabulary + drawn.ids()[i]], offset(TOLERANCE));
        }
        for (int id = 0; id < vocabulary; id++) {
          if (expected[row * vocabulary + id] > 2.0 / QUANTILES) {
            assertThat(seen).as("%s row %d", entry.name(), row).contains(id);
          }
        }
      }
    }
  }

  private static TokenFilter filter(JsonObject settings) {
    double topK = settings.get("top_k").getAsDouble();
    double topP = settings.get("top_p").getAsDouble();
    TopK count = new TopK.All();
    if (topK > 0) {
      count =
          settings.get("top_k_is_float").getAsBoolean()
              ? new TopK.Share(topK)
              : new TopK.Count((int) topK);
    }
    return new TokenFilter(count, topP == 0 ? 1 : topP);
  }

  @Test
  void guidedLogits_areThoseOfTheReference() throws Exception {
    int compared = 0;
    for (Path file : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "guidance", "filtering")) {
      JsonObject guidance = GoldenFiles.read(file).getAsJsonObject("guidance");
      try (SafetensorsFile golden = SafetensorsFile.open(GoldenFiles.tensors(file));
          NDManager manager = ComputeEngine.start().newManager(Device.cpu());
          KernelModule kernels = Kernels.loadModel();
          StepScope scope = StepScope.open(manager)) {
        float[] without = golden.floats("guide.uncond");
        List<float[]> with = conditional(golden.floats("guide.cond"), without.length);
        for (TensorEntry entry : golden.tensors()) {
          Matcher single = SINGLE.matcher(entry.name());
          if (single.matches()) {
            compared++;
            assertThat(
                    summed(
                        List.of(Double.parseDouble(single.group(1))),
                        without,
                        with,
                        kernels,
                        scope))
                .as(entry.name())
                .containsExactly(golden.floats(entry.name()), offset((float) TOLERANCE));
          }
        }
        List<Double> weights = new ArrayList<>();
        guidance.getAsJsonArray("weights").forEach(weight -> weights.add(weight.getAsDouble()));
        assertThat(summed(weights, without, with, kernels, scope))
            .containsExactly(golden.floats("guide.multi"), offset((float) TOLERANCE));
      }
    }
    assertThat(compared).isPositive();
  }

  private static List<float[]> conditional(float[] all, int each) {
    List<float[]> parts = new ArrayList<>();
    for (int at = 0; at < all.length; at += each) {
      parts.add(Arrays.copyOfRange(all, at, at + each));
    }
    return parts;
  }

  /** Sums as generation does: weighted passes, those that weigh nothing left out. */
  private static float[] summed(
      List<Double> weights,
      float[] without,
      List<float[]> with,
      KernelModule kernels,
      StepScope scope) {
    List<WeightedCondition> conditions = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      conditions.add(new WeightedCondition(Set.of(condition(i)), weights.get(i)));
    }
    List<Pass> passes = Pass.of(plan(new Guidance(conditions)));
    float[] stacked = new float[passes.size() * without.length];
    for (int p = 0; p < passes.size(); p++) {
      float[] seen = without;
      for (int i = 0; i < weights.size(); i++) {
        if (!passes.get(p).without().contains(condition(i))) {
          seen = with.get(i);
        }
      }
      System.arraycopy(seen, 0, stacked, p * without.length, without.length);
    }
    NDArray array = scope.manager().create(stacked, new Shape(passes.size(), without.length));
    return kernels
        .callWithoutGradients(scope.manager(), "sum_passes", array, Pass.weights(passes))
        .get(0)
        .toFloatArray();
  }

  private static ModalityName condition(int number) {
    return new ModalityName("condition" + number);
  }

  private static TargetPlan plan(Guidance guidance) {
    return new TargetPlan(
        new ModalityName("tok_depth@16"),
        DecodingScheme.MASKGIT,
        1,
        1,
        TokenSchedule.LINEAR,
        1,
        new TemperatureSchedule.Constant(),
        TokenFilter.NONE,
        guidance,
        false);
  }
}
