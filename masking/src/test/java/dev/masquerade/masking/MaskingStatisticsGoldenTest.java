package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Means, variances, frequencies of 0 and quantiles of many draws of the 4M reference against ours.
 *
 * <p>Each number may differ by {@value #SIGMAS} standard errors of the difference, which a correct
 * sampler passes by all but one in two million times; our seed is fixed. We draw more often than
 * the reference did, so that the errors themselves are well known.
 *
 * <p>Two differences are meant. A component without any concentration is refused, where the
 * reference gives equal shares that are not random. And concentrations of 0 are left out of the
 * draw, where the reference draws them with 1e-9: both give such modalities nothing.
 */
class MaskingStatisticsGoldenTest {

  private static final double SIGMAS = 5;
  private static final int DRAWS_PER_RECORDED_DRAW = 3;
  private static final SpanMarks MARKS = new SpanMarks(0, 3, 4, 200);

  @TestFactory
  List<DynamicTest> recordedStatistics_areMetWithinTheirErrors() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonObject file : Goldens.read("masking_statistics")) {
      JsonObject configurations = file.getAsJsonObject("configs");
      for (String name : configurations.keySet()) {
        JsonObject recorded = configurations.getAsJsonObject(name);
        tests.add(dynamicTest(name, () -> check(recorded)));
      }
    }
    return tests;
  }

  private static void check(JsonObject recorded) {
    JsonObject declared = recorded.getAsJsonObject("spec");
    List<JsonObject> modalities = Goldens.objects(declared, "modalities");
    int components = modalities.get(0).getAsJsonArray("input_alphas").size();
    for (int i = 0; i < components; i++) {
      int component = i;
      if (isWithoutTakers(modalities, "input_alphas", i)
          || isWithoutTakers(modalities, "target_alphas", i)) {
        assertThatThrownBy(
                () -> new MaskingComponent(GoldenModalities.shares(modalities, component)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("concentration is 0");
        return;
      }
    }
    int draws = declared.get("draws").getAsInt();
    Observed observed = observe(declared, modalities, components, draws * DRAWS_PER_RECORDED_DRAW);

    SoftAssertions softly = new SoftAssertions();
    observed.numbers.forEach((path, moments) -> compare(recorded, path, moments, draws, softly));
    observed.shares.forEach(
        (path, share) -> {
          double expected = at(recorded, path).getAsJsonPrimitive(last(path)).getAsDouble();
          compareShare(path, share.mean(), share.count(), expected, draws, softly);
        });
    comparePadding(recorded, declared, observed, "encoder", "input", draws, softly);
    comparePadding(recorded, declared, observed, "decoder", "target", draws, softly);
    compareComponents(recorded, observed, draws, softly);
    double hits = recorded.get("retry_limit_hits").getAsDouble() / draws;
    compareShare(
        "retry_limit_hits",
        observed.retryLimitHits / (double) observed.rows,
        observed.rows,
        hits,
        draws,
        softly);
    softly.assertAll();
  }

  private static boolean isWithoutTakers(List<JsonObject> modalities, String alphas, int i) {
    return modalities.stream().allMatch(m -> Goldens.doubles(m.get(alphas))[i] == 0);
  }

  private static Observed observe(
      JsonObject declared, List<JsonObject> modalities, int components, int rows) {
    List<ModalitySpec> specs =
        modalities.stream().map(modality -> GoldenModalities.spec(modality, MARKS)).toList();
    double[] weights =
        declared.has("sampling_weights")
            ? Goldens.doubles(declared.get("sampling_weights"))
            : IntStream.range(0, components).mapToDouble(i -> 1).toArray();
    Map<ModalityName, TokenRange> limits = new LinkedHashMap<>();
    for (JsonObject modality : modalities) {
      limits.put(
          new ModalityName(modality.get("name").getAsString()),
          new TokenRange(
              modality.get("min_tokens").getAsInt(), modality.get("max_tokens").getAsInt()));
    }
    MaskingMixture mixture =
        new MaskingMixture(
            IntStream.range(0, components)
                .mapToObj(
                    i -> new MaskingComponent(weights[i], GoldenModalities.shares(modalities, i)))
                .toList(),
            range(declared, "input"),
            range(declared, "target"),
            limits);
    MixturePolicy policy = new MixturePolicy(mixture, specs);
    Observed observed = new Observed();
    MaskedBatch batch = MaskedBatch.allocate(specs, 1);
    SampleStreams streams = new SampleStreams(0x5eed);
    for (int i = 0; i < rows; i++) {
      String key = "sample " + i;
      List<TokenizedModality> sample =
          sample(modalities, specs, streams.stream(0, key, Purpose.SYNTHESIS));
      batch.clear();
      int row = batch.addRow(key);
      policy.mask(sample, streams.stream(0, key, Purpose.MASKING), batch, row);
      observed.add(batch, policy.workspace());
    }
    return observed;
  }

  private static TokenRange range(JsonObject declared, String side) {
    int[] ends = Goldens.ints(declared.get(side));
    return new TokenRange(ends[0], ends[1]);
  }

  private static List<TokenizedModality> sample(
      List<JsonObject> modalities, List<ModalitySpec> specs, UniformRandomProvider rng) {
    List<TokenizedModality> sample = new ArrayList<>();
    for (int m = 0; m < specs.size(); m++) {
      TokenLayout layout = specs.get(m).layout();
      int maxTokens = layout.maxTokens();
      if (layout instanceof TokenLayout.Grid) {
        sample.add(GoldenModalities.idsFromZero(maxTokens));
        continue;
      }
      int[] content = Goldens.ints(modalities.get(m).get("content"));
      int length = rng.nextInt(content[0], content[1] + 1);
      sample.add(
          layout instanceof TokenLayout.Vectors
              ? new TokenizedModality.VectorTokens(new float[length], 1)
              : GoldenModalities.text(new int[length], MARKS, maxTokens));
    }
    return sample;
  }

  private static void compare(
      JsonObject recorded, String path, Moments moments, int draws, SoftAssertions softly) {
    JsonObject expected = at(recorded, path).getAsJsonObject(last(path));
    double mean = expected.get("mean").getAsDouble();
    double variance = expected.get("var").getAsDouble();
    int own = moments.count();
    double meanError = Math.sqrt(moments.variance() * (1.0 / own + 1.0 / draws));
    assertClose(path + " mean", moments.mean(), mean, meanError, softly);
    double varianceError = Math.hypot(moments.varianceError(own), moments.varianceError(draws));
    assertClose(path + " variance", moments.variance(), variance, varianceError, softly);
    compareShare(
        path + " p_zero",
        moments.shareOfZeros(),
        own,
        expected.get("p_zero").getAsDouble(),
        draws,
        softly);
    compareQuantiles(path, moments, expected, draws, softly);
  }

  private static void compareQuantiles(
      String path, Moments moments, JsonObject expected, int draws, SoftAssertions softly) {
    double[] levels = {0.05, 0.25, 0.5, 0.75, 0.95};
    double[] values = Goldens.doubles(expected.get("quantiles_05_25_50_75_95"));
    for (int i = 0; i < levels.length; i++) {
      double error = shareError(levels[i], moments.count(), levels[i], draws);
      softly
          .assertThat(moments.shareBelow(Math.floor(values[i])))
          .as("%s below quantile %s", path, levels[i])
          .isLessThanOrEqualTo(levels[i] + SIGMAS * error);
      softly
          .assertThat(moments.shareBelow(Math.ceil(values[i]) + 1))
          .as("%s up to quantile %s", path, levels[i])
          .isGreaterThanOrEqualTo(levels[i] - SIGMAS * error);
    }
  }

  private static void comparePadding(
      JsonObject recorded,
      JsonObject declared,
      Observed observed,
      String reader,
      String side,
      int draws,
      SoftAssertions softly) {
    Moments tokens = Objects.requireNonNull(observed.numbers.get("total_" + reader + "_tokens"));
    int places = range(declared, side).max();
    double error = Math.sqrt(tokens.variance() * (1.0 / tokens.count() + 1.0 / draws)) / places;
    String name = "padded_fraction_" + reader;
    double expected = recorded.get(name).getAsDouble();
    assertClose(name, 1 - tokens.mean() / places, expected, error, softly);
  }

  private static void compareComponents(
      JsonObject recorded, Observed observed, int draws, SoftAssertions softly) {
    double[] frequencies = Goldens.doubles(recorded.get("mixture_frequency"));
    for (int i = 0; i < frequencies.length; i++) {
      double own = observed.rowsPerComponent.getOrDefault(i, 0) / (double) observed.rows;
      compareShare("component " + i, own, observed.rows, frequencies[i], draws, softly);
    }
    observed.perComponent.forEach(
        (path, byComponent) -> {
          JsonObject parent = at(recorded, path);
          if (parent.has(last(path))) {
            double[] means = Goldens.doubles(parent.get(last(path)));
            byComponent.forEach(
                (i, moments) -> {
                  double theirs = frequencies[i] * draws;
                  double error =
                      Math.sqrt(moments.variance() * (1 / theirs + 1.0 / moments.count()));
                  assertClose(path + " of " + i, moments.mean(), means[i], error, softly);
                });
          }
        });
  }

  private static void compareShare(
      String what, double own, int rows, double expected, int draws, SoftAssertions softly) {
    assertClose(what, own, expected, shareError(own, rows, expected, draws), softly);
  }

  // Of the pooled share, with one success and one failure added on each side: a share of 0 in some
  // draws is not a share of 0.
  private static double shareError(double own, int rows, double expected, int draws) {
    double pooled = (own * rows + expected * draws + 2) / (rows + draws + 4.0);
    return Math.sqrt(pooled * (1 - pooled) * (1.0 / rows + 1.0 / draws));
  }

  // The slack is the rounding of the recorded numbers, to five digits behind the point.
  private static void assertClose(
      String what, double own, double expected, double error, SoftAssertions softly) {
    softly
        .assertThat(Math.abs(own - expected))
        .as("%s: ours %s, recorded %s, error %s", what, own, expected, error)
        .isLessThanOrEqualTo(SIGMAS * error + 5e-5);
  }

  private static JsonObject at(JsonObject recorded, String path) {
    String[] steps = path.split("/");
    JsonObject object = recorded;
    for (int i = 0; i < steps.length - 1; i++) {
      object = object.getAsJsonObject(steps[i]);
    }
    return object;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** What is counted, under the paths of the golden file. */
  private static final class Observed {

    final Map<String, Moments> numbers = new LinkedHashMap<>();
    final Map<String, Moments> shares = new LinkedHashMap<>();
    final Map<String, Map<Integer, Moments>> perComponent = new LinkedHashMap<>();
    final Map<Integer, Integer> rowsPerComponent = new LinkedHashMap<>();
    int rows;
    int retryLimitHits;

    void add(MaskedBatch batch, MixturePolicy.Workspace drawn) {
      rows++;
      retryLimitHits += batch.retryLimitHits();
      rowsPerComponent.merge(drawn.component, 1, Integer::sum);
      number("requested_input", drawn.encoderTokens);
      number("requested_target", drawn.decoderTokens);
      int encoderTokens = 0;
      int decoderTokens = 0;
      for (int m = 0; m < drawn.input.length; m++) {
        MaskedBatch.Part part = batch.parts().get(m);
        String name = part.spec.name().value();
        number("budget/" + name + "/input", drawn.input[m]);
        number("budget/" + name + "/target", drawn.target[m]);
        component("budget/" + name + "/input_mean_per_mixture", drawn, drawn.input[m]);
        component("budget/" + name + "/target_mean_per_mixture", drawn, drawn.target[m]);
        int seen = valid(part.encoderIgnored);
        int predicted = valid(part.decoderIgnored);
        if (part.spec.layout() instanceof TokenLayout.Sequence) {
          // The first of a target's tokens is given, not predicted.
          predicted = Math.max(0, predicted - 1);
        }
        number("visible/" + name + "/encoder_tokens", seen);
        number("visible/" + name + "/decoder_tokens", predicted);
        encoderTokens += seen;
        decoderTokens += predicted;
      }
      int input = IntStream.of(drawn.input).sum();
      int target = IntStream.of(drawn.target).sum();
      number("total_input_budget", input);
      number("total_target_budget", target);
      number("total_encoder_tokens", encoderTokens);
      number("total_decoder_tokens", decoderTokens);
      number("number_of_modalities_with_input_budget", positive(drawn.input));
      number("number_of_modalities_with_target_budget", positive(drawn.target));
      share("p_input_budget_below_request", input < drawn.encoderTokens);
      share("p_target_budget_below_request", target < drawn.decoderTokens);
    }

    private void number(String path, double value) {
      numbers.computeIfAbsent(path, key -> new Moments()).add(value);
    }

    private void share(String path, boolean happened) {
      shares.computeIfAbsent(path, key -> new Moments()).add(happened ? 1 : 0);
    }

    private void component(String path, MixturePolicy.Workspace drawn, double value) {
      perComponent
          .computeIfAbsent(path, key -> new LinkedHashMap<>())
          .computeIfAbsent(drawn.component, key -> new Moments())
          .add(value);
    }

    private static int valid(boolean[] ignored) {
      int valid = 0;
      for (boolean none : ignored) {
        valid += none ? 0 : 1;
      }
      return valid;
    }

    private static long positive(int[] budget) {
      return IntStream.of(budget).filter(tokens -> tokens > 0).count();
    }
  }
}
