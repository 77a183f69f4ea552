package dev.masquerade.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.sun.management.OperatingSystemMXBean;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.train.optim.AdamW;
import dev.masquerade.train.optim.AdamWSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Measures training steps beside the engine's own rate of large matrix products, in one process,
 * and prints JSON. Measures bf16 only on devices that have instructions for it.
 *
 * <p>Arguments: which of {@code blocks}, {@code scenes}, {@code tiny}, {@code base}, {@code
 * modalities} to measure (all of them by default), and {@code threads=2}, {@code steps=5}, {@code
 * batch=4}, {@code device=CPU}; {@code trace=NAME} writes a Chrome trace of one more step per
 * precision.
 */
public final class StepBenchmark {

  private static final int EDGE = 2048;
  private static final int BUDGET = 128;
  private static final double CLIP = 1.0;

  private final ComputeEngine engine;
  private final Device device;
  private final KernelModule products;
  private final int steps;
  private final int batch;
  private final @Nullable String trace;

  private StepBenchmark(
      ComputeEngine engine, Device device, int steps, int batch, @Nullable String trace) {
    this.engine = engine;
    this.device = device;
    this.products =
        KernelModule.load(
            StepBenchmark.class, "/dev/masquerade/bench/products.py", Kernels.GRADIENTS);
    this.steps = steps;
    this.batch = batch;
    this.trace = trace;
  }

  /** Runs what the arguments name. */
  public static void main(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> wanted = new ArrayList<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        wanted.add(argument);
      } else {
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
      }
    }
    if (wanted.isEmpty()) {
      wanted.addAll(List.of("blocks", "scenes", "tiny", "base", "modalities"));
    }
    ComputeEngine engine = ComputeEngine.start();
    Device device = engine.device(DeviceChoice.valueOf(options.getOrDefault("device", "CPU")));
    int threads = Integer.parseInt(options.getOrDefault("threads", "2"));
    StepBenchmark benchmark =
        new StepBenchmark(
            engine,
            device,
            Integer.parseInt(options.getOrDefault("steps", "5")),
            Integer.parseInt(options.getOrDefault("batch", "4")),
            options.get("trace"));
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    // Each result as soon as there is one: some take minutes.
    wanted.forEach(
        name ->
            benchmark.measure(name, threads, result -> System.out.println(gson.toJson(result))));
  }

  private void measure(String name, int threads, Consumer<Map<String, Object>> results) {
    switch (name) {
      case "blocks" -> precisions().forEach(precision -> results.accept(blocks(precision, 1)));
      case "tiny", "base" ->
          precisions()
              .forEach(
                  precision ->
                      results.accept(
                          model(
                              "fm_" + name, Workload.seven(), batch, BUDGET, precision, threads)));
      case "scenes" ->
          precisions()
              .forEach(
                  precision ->
                      results.accept(
                          model(
                              "scenes_small",
                              Workload.scenes(),
                              8 * batch,
                              96,
                              precision,
                              threads)));
      case "modalities" -> results.accept(modalities(threads));
      default ->
          throw new IllegalArgumentException(
              name + " is not a measurement. Known: blocks, scenes, tiny, base, modalities");
    }
  }

  /** Where products in bf16 are emulated they take minutes, and no one would use them. */
  private List<Precision> precisions() {
    return engine.defaultPrecision(device) == Precision.BF16
        ? List.of(Precision.FP32, Precision.BF16)
        : List.of(Precision.FP32);
  }

  /** Twelve encoder blocks of width 768 over 8 x 128 tokens. */
  private Map<String, Object> blocks(Precision precision, int threads) {
    engine.setThreads(threads);
    ModelConfig config = ModelPresets.get("fm_vit_base_12e_gelu");
    List<ModalitySpec> modalities = List.of(Workload.patches(8, 16, 768));
    MaskedBatch masked = MaskedBatch.allocate(modalities, 8);
    for (int row = 0; row < 8; row++) {
      masked.addRow("sample" + row);
    }
    MaskedBatch.Part part = masked.parts().get(0);
    Arrays.fill(part.encoderIgnored, false);
    for (int i = 0; i < part.vectors.length; i++) {
      part.vectors[i] = (float) Math.sin(i);
    }
    try (Parameters parameters = parameters(config, modalities);
        VisionEncoder encoder = new VisionEncoder(config, modalities, parameters);
        AdamW optimiser = optimiser(parameters);
        PackedBatch packed = new Packer(modalities, PackLimits.NONE).pack(masked)) {
      Step step =
          scope -> {
            NDArray tokens = encoder.tokens(packed, precision, null, scope);
            NDArray loss = products.call(scope.manager(), "mean_square", tokens).get(0);
            NDList found =
                products.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
            return Gradients.of(
                found.subList(0, found.size() - 1),
                found.get(found.size() - 1).toLongArray(),
                parameters.trainable().size());
          };
      double operations = operations(config, 8, 128, 0);
      Map<String, Object> result =
          measured(
              "12 blocks of width 768, 8 x 128 tokens",
              precision,
              threads,
              operations,
              step,
              parameters,
              optimiser);
      result.put("tokens_per_s", 8 * 128 / seconds(result, "step_ms"));
      return result;
    }
  }

  private Map<String, Object> model(
      String preset,
      List<ModalitySpec> modalities,
      int rows,
      int budget,
      Precision precision,
      int threads) {
    engine.setThreads(threads);
    ModelConfig config = ModelPresets.get(preset);
    try (Parameters parameters = parameters(config, modalities);
        MaskedModel model = new MaskedModel(config, modalities, parameters, LossKind.PER_MODALITY);
        AdamW optimiser = optimiser(parameters);
        PackedBatch packed = Workload.packed(modalities, rows, budget)) {
      UniformRandomProvider rng = RandomSource.SPLIT_MIX_64.create(1);
      Step step = scope -> model.lossAndGradients(packed, precision, rng, scope).gradients();
      double operations =
          operations(config, rows, packed.encoder().length(), packed.decoder().length())
              + Workload.headOperations(packed, config.dim());
      Map<String, Object> result =
          measured(
              preset + ", batch " + rows + ", " + budget + "/" + budget,
              precision,
              threads,
              operations,
              step,
              parameters,
              optimiser);
      double seconds = seconds(result, "step_ms");
      result.put("parameters", parameters.layout().trainableCount());
      result.put("samples_per_s", rows / seconds);
      result.put("cpu_samples_per_s", rows / seconds(result, "cpu_step_ms"));
      result.put("tokens_per_s", packed.tokens() / seconds);
      return result;
    }
  }

  /** Forward and backward with 21 modalities against 7, the same budgets, in turns. */
  private Map<String, Object> modalities(int threads) {
    engine.setThreads(threads);
    ModelConfig config = ModelPresets.get("fm_base");
    List<ModalitySpec> seven = Workload.seven();
    List<ModalitySpec> many = Workload.twentyOne();
    try (Parameters few = parameters(config, seven);
        Parameters lots = parameters(config, many);
        MaskedModel small = new MaskedModel(config, seven, few, LossKind.PER_MODALITY);
        MaskedModel large = new MaskedModel(config, many, lots, LossKind.PER_MODALITY);
        PackedBatch packedFew = Workload.packedFull(seven, batch, BUDGET);
        PackedBatch packedLots = Workload.packedFull(many, batch, BUDGET)) {
      UniformRandomProvider rng = RandomSource.SPLIT_MIX_64.create(1);
      double[] fewCpu = new double[steps];
      double[] lotsCpu = new double[steps];
      double[] fewTimes = new double[steps];
      double[] lotsTimes = new double[steps];
      for (int i = -2; i < steps; i++) {
        Step one =
            scope -> small.lossAndGradients(packedFew, Precision.FP32, rng, scope).gradients();
        Step other =
            scope -> large.lossAndGradients(packedLots, Precision.FP32, rng, scope).gradients();
        double[] first = timed(few, one, null);
        double[] second = timed(lots, other, null);
        if (i >= 0) {
          fewTimes[i] = first[0];
          lotsTimes[i] = second[0];
          fewCpu[i] = first[2];
          lotsCpu[i] = second[2];
        }
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("what", "fm_base forward and backward, 21 modalities against 7");
      result.put("threads", threads);
      result.put("tokens_7", packedFew.tokens());
      result.put("tokens_21", packedLots.tokens());
      result.put("ms_7", median(fewTimes));
      result.put("ms_21", median(lotsTimes));
      result.put("ratio", median(lotsTimes) / median(fewTimes));
      result.put("cpu_ratio", median(lotsCpu) / median(fewCpu));
      return result;
    }
  }

  @FunctionalInterface
  private interface Step {
    Gradients run(StepScope scope);
  }

  private Map<String, Object> measured(
      String what,
      Precision precision,
      int threads,
      double operations,
      Step step,
      Parameters parameters,
      AdamW optimiser) {
    double[] total = new double[steps];
    double[] update = new double[steps];
    double[] totalCpu = new double[steps];
    double[] updateCpu = new double[steps];
    double[] rates = new double[steps];
    double[] ratesCpu = new double[steps];
    for (int i = -2; i < steps; i++) {
      double[] rate = matrixRate(precision, threads);
      double[] times = timed(parameters, step, optimiser);
      if (i >= 0) {
        rates[i] = rate[0];
        ratesCpu[i] = rate[1];
        total[i] = times[0];
        update[i] = times[1];
        totalCpu[i] = times[2] / threads;
        updateCpu[i] = times[3] / threads;
      }
    }
    if (trace != null) {
      JniUtils.startProfile(false, true, false);
      timed(parameters, step, optimiser);
      JniUtils.stopProfile(precision + "-" + trace);
    }
    double milliseconds = median(total);
    double rate = median(rates);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("what", what);
    result.put("device", device.toString());
    result.put("precision", precision.name());
    result.put("threads", threads);
    result.put("step_ms", milliseconds);
    result.put("optimiser_ms", median(update));
    result.put("matrix_gflops", rate);
    result.put("step_gflops", operations / milliseconds / 1e6);
    result.put("mfu", operations / milliseconds / 1e6 / rate);
    // The same by CPU time: what holds when other programs share the cores.
    result.put("cpu_step_ms", median(totalCpu));
    result.put("cpu_optimiser_ms", median(updateCpu));
    result.put("cpu_matrix_gflops", median(ratesCpu));
    result.put("cpu_mfu", operations / median(totalCpu) / 1e6 / median(ratesCpu));
    result.put("peak_rss_mib", peakRss());
    return result;
  }

  /** Returns nanoseconds that all threads of this process have computed. */
  private static long processCpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Returns milliseconds of a whole step and of its update, by the clock and by the CPU. */
  private double[] timed(Parameters parameters, Step step, @Nullable AdamW optimiser) {
    long start = System.nanoTime();
    long startCpu = processCpu();
    long gradientsDone;
    long gradientsCpu;
    try (StepScope scope = StepScope.open(parameters.manager())) {
      Gradients gradients = step.run(scope);
      gradientsDone = System.nanoTime();
      gradientsCpu = processCpu();
      if (optimiser != null) {
        List<@Nullable NDArray> arrays = new ArrayList<>();
        for (int i = 0; i < gradients.size(); i++) {
          arrays.add(gradients.get(i));
        }
        optimiser.step(scope, arrays, 1e-4, 0.05);
      }
    }
    long end = System.nanoTime();
    long endCpu = processCpu();
    return new double[] {
      (end - start) / 1e6,
      (end - gradientsDone) / 1e6,
      (endCpu - startCpu) / 1e6,
      (endCpu - gradientsCpu) / 1e6
    };
  }

  /** Returns the engine's rate of square products in 10^9 operations per second. */
  private double[] matrixRate(Precision precision, int threads) {
    int repeats = precision == Precision.FP32 ? 3 : 8;
    try (NDManager manager = engine.newManager(device)) {
      NDArray a = manager.ones(new Shape(EDGE, EDGE), DataType.FLOAT32);
      double best = 0;
      double bestCpu = 0;
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        long startCpu = processCpu();
        products
            .callWithoutGradients(manager, "products", a, a, repeats, Kernels.dtype(precision))
            .get(0)
            .toFloatArray();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (processCpu() - startCpu) / 1e9 / threads;
        double operations = 2.0 * EDGE * EDGE * EDGE * repeats / 1e9;
        best = Math.max(best, operations / seconds);
        bestCpu = Math.max(bestCpu, operations / cpuSeconds);
      }
      return new double[] {best, bestCpu};
    }
  }

  /** Multiplications and additions of a step's products, forward and twice that backward. */
  private static double operations(ModelConfig config, int rows, int seen, int asked) {
    double dim = config.dim();
    double hidden =
        config.hiddenWidth()
            * switch (config.activation()) {
              case GELU -> 2.0;
              case SWIGLU -> 3.0;
            };
    double encoder = config.encoderDepth() * (4 * dim * dim + dim * hidden) * seen;
    double encoderAttention = config.encoderDepth() * 2.0 * seen * seen * dim;
    double decoder =
        config.decoderDepth()
            * ((4 * dim * dim + 2 * dim * dim + dim * hidden) * asked + 2 * dim * dim * seen);
    double decoderAttention = config.decoderDepth() * 2.0 * asked * (asked + seen) * dim;
    double context = config.hasDecoder() ? dim * dim * seen : 0;
    return 6.0 * rows * (encoder + encoderAttention + decoder + decoderAttention + context);
  }

  private Parameters parameters(ModelConfig config, List<ModalitySpec> modalities) {
    ParameterInitialiser start = new ParameterInitialiser(1);
    return Parameters.create(
        ParameterLayout.of(config, modalities),
        device,
        spec -> FloatBuffer.wrap(start.values(spec)));
  }

  private static AdamW optimiser(Parameters parameters) {
    Map<String, NDArray> trained = new LinkedHashMap<>();
    for (int i = 0; i < parameters.trainable().size(); i++) {
      trained.put(parameters.trainable().get(i).name(), parameters.trainableArrays().get(i));
    }
    return new AdamW(trained, new AdamWSettings(0.9, 0.95, 1e-8, CLIP), parameters.manager());
  }

  private static double seconds(Map<String, Object> result, String milliseconds) {
    return (Double) Objects.requireNonNull(result.get(milliseconds)) / 1000;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static long peakRss() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return 0; // not Linux
    }
    return 0;
  }
}
