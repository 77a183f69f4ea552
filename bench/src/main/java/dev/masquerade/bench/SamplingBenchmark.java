package dev.masquerade.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.sample.Canvas;
import dev.masquerade.model.sample.DecodingScheme;
import dev.masquerade.model.sample.Guidance;
import dev.masquerade.model.sample.Sampler;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.TemperatureSchedule;
import dev.masquerade.model.sample.TokenFilter;
import dev.masquerade.model.sample.TokenSchedule;
import dev.masquerade.model.sample.WeightedCondition;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Measures generation beside the engine's own rate of large matrix products, in one process, and
 * prints JSON: tokens per second, samples per second, milliseconds per step. {@code fm_tiny}, a
 * grid of 196 tokens of 16,384 codes or a text of 32 tokens of 30,000 words, top-p 0.8.
 *
 * <p>Arguments: which of {@code maskgit}, {@code guided}, {@code roar49}, {@code roar196}, {@code
 * caption}, {@code batch} to measure (all of them by default), and {@code threads=2}, {@code
 * runs=3}, {@code device=CPU}, {@code precision=FP32}; {@code condition=caption} is what grids are
 * generated from: a text of 20 tokens, or {@code rgb}, 196 patches. Texts are generated from
 * patches.
 */
public final class SamplingBenchmark {

  private static final ModalityName TOKENS = new ModalityName("tok_rgb@224");
  private static final ModalityName CAPTION = new ModalityName("caption");
  private static final ModalityName RGB = new ModalityName("rgb@224");
  private static final int PLACES = 196;
  private static final int TEXT = 32;
  private static final int WORDS = 20;
  private static final int FIRST_WORD = 204;
  private static final int BATCH = 8;
  private static final int END = 3;

  private final MeasuredSteps measured;
  private final Precision precision;
  private final int threads;
  private final boolean fromPatches;
  private final List<ModalitySpec> modalities = Workload.seven();
  private final MaskedModel model;

  private SamplingBenchmark(
      MeasuredSteps measured,
      MaskedModel model,
      Precision precision,
      int threads,
      boolean fromPatches) {
    this.measured = measured;
    this.model = model;
    this.precision = precision;
    this.threads = threads;
    this.fromPatches = fromPatches;
  }

  /** Runs what the arguments name. */
  public static void main(String[] arguments) {
    BenchmarkArguments given =
        BenchmarkArguments.of(
            arguments, List.of("maskgit", "guided", "roar49", "roar196", "caption", "batch"));
    Map<String, String> options = given.options();
    List<String> wanted = given.wanted();
    ComputeEngine engine = ComputeEngine.start();
    int threads = Integer.parseInt(options.getOrDefault("threads", "2"));
    engine.setThreads(threads);
    MeasuredSteps measured =
        new MeasuredSteps(
            engine,
            engine.device(DeviceChoice.valueOf(options.getOrDefault("device", "CPU"))),
            Integer.parseInt(options.getOrDefault("runs", "3")),
            options.get("trace"));
    ModelConfig config = ModelPresets.get("fm_tiny");
    List<ModalitySpec> modalities = Workload.seven();
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    try (Parameters parameters = measured.parameters(ParameterLayout.of(config, modalities));
        MaskedModel model =
            new MaskedModel(config, modalities, parameters, LossKind.PER_MODALITY)) {
      SamplingBenchmark benchmark =
          new SamplingBenchmark(
              measured,
              model,
              Precision.valueOf(options.getOrDefault("precision", "FP32")),
              threads,
              options.getOrDefault("condition", "caption").equals("rgb"));
      for (String name : wanted) {
        for (Map<String, Object> result : benchmark.measure(name)) {
          System.out.println(gson.toJson(result)); // as soon as it is known
        }
      }
    }
  }

  private List<Map<String, Object>> measure(String name) {
    return switch (name) {
      case "maskgit" -> List.of(grid("MaskGIT", DecodingScheme.MASKGIT, 8, 1, 1));
      case "guided" -> List.of(grid("MaskGIT with guidance", DecodingScheme.MASKGIT, 8, 3, 1));
      case "roar49" -> List.of(grid("ROAR", DecodingScheme.ROAR, 49, 1, 1));
      case "roar196" -> List.of(grid("ROAR", DecodingScheme.ROAR, PLACES, 1, 1));
      case "caption" -> List.of(caption(1));
      case "batch" ->
          List.of(
              against(caption(1), caption(BATCH)),
              against(
                  grid("MaskGIT", DecodingScheme.MASKGIT, 8, 1, 1),
                  grid("MaskGIT", DecodingScheme.MASKGIT, 8, 1, BATCH)));
      default ->
          throw new IllegalArgumentException(
              name
                  + " is not a measurement. Known: maskgit, guided, roar49, roar196, caption,"
                  + " batch");
    };
  }

  private static Map<String, Object> against(Map<String, Object> one, Map<String, Object> many) {
    for (String key : List.of("samples_per_s", "cpu_samples_per_s")) {
      double ratio = number(many, key) / number(one, key);
      many.put(key + "_against_1", ratio);
    }
    return many;
  }

  private static double number(Map<String, Object> result, String key) {
    return (Double) Objects.requireNonNull(result.get(key));
  }

  private Map<String, Object> grid(
      String what, DecodingScheme scheme, int steps, double weight, int rows) {
    ModalityName condition = fromPatches ? RGB : CAPTION;
    Guidance guidance =
        weight == 1
            ? Guidance.NONE
            : new Guidance(List.of(new WeightedCondition(Set.of(condition), weight)));
    TargetPlan plan =
        new TargetPlan(
            TOKENS,
            scheme,
            PLACES,
            steps,
            scheme == DecodingScheme.ROAR ? TokenSchedule.LINEAR : TokenSchedule.COSINE,
            1,
            new TemperatureSchedule.Constant(),
            TokenFilter.topP(0.8),
            guidance,
            false);
    return measure(what + ", " + steps + " steps, from " + condition, condition, plan, rows);
  }

  private Map<String, Object> caption(int rows) {
    TargetPlan plan =
        new TargetPlan(
            CAPTION,
            DecodingScheme.AUTOREGRESSIVE,
            TEXT,
            1,
            TokenSchedule.LINEAR,
            1,
            new TemperatureSchedule.Constant(),
            TokenFilter.topP(0.8),
            Guidance.NONE,
            false);
    return measure("caption of " + TEXT + ", from " + RGB, RGB, plan, rows);
  }

  private Map<String, Object> measure(
      String what, ModalityName condition, TargetPlan target, int rows) {
    SamplingPlan plan = new SamplingPlan(List.of(target), 1);
    long[] seeds = new long[rows];
    for (int row = 0; row < rows; row++) {
      seeds[row] = row;
    }
    int[] settled = new int[1];
    int[] steps = new int[1];
    Map<String, Object> result;
    try (Sampler sampler = new Sampler(model, precision)) {
      result =
          measured.measured(
              what + ", batch " + rows,
              precision,
              threads,
              0,
              scope -> {
                settled[0] = 0;
                steps[0] = 0;
                sampler.sample(
                    canvases(condition, target.target(), rows),
                    seeds,
                    plan,
                    step -> {
                      steps[0]++;
                      step.rows().forEach(row -> settled[0] += row.settled().length);
                    });
                return null;
              },
              model.parameters(),
              null);
    }
    double seconds = MeasuredSteps.seconds(result, "step_ms");
    double cpuSeconds = MeasuredSteps.seconds(result, "cpu_step_ms");
    List.of("step_gflops", "mfu", "cpu_mfu").forEach(result::remove);
    result.put("steps", steps[0]);
    result.put("tokens", settled[0]);
    result.put("ms_per_step", seconds * 1000 / steps[0]);
    result.put("tokens_per_s", settled[0] / seconds);
    result.put("cpu_tokens_per_s", settled[0] / cpuSeconds);
    result.put("samples_per_s", rows / seconds);
    result.put("cpu_samples_per_s", rows / cpuSeconds);
    return result;
  }

  private List<Canvas> canvases(ModalityName condition, ModalityName target, int rows) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(1);
    List<Canvas> canvases = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Canvas canvas = new Canvas(modalities);
      canvas.see(condition, condition.equals(RGB) ? patches(rng) : text(rng));
      canvas.ask(target);
      canvases.add(canvas);
    }
    return canvases;
  }

  private static TokenizedModality patches(UniformRandomProvider rng) {
    byte[] samples = new byte[PLACES * 768];
    rng.nextBytes(samples);
    return new TokenizedModality.PixelPatches(samples, 768);
  }

  private static TokenizedModality text(UniformRandomProvider rng) {
    int[] ids = rng.ints(FIRST_WORD, 30_000).limit(WORDS).toArray();
    ids[WORDS - 1] = END;
    return new TokenizedModality.IdSequence(ids);
  }
}
