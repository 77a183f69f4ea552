package dev.masquerade.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.management.OperatingSystemMXBean;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.train.optim.AdamW;
import dev.masquerade.train.optim.AdamWSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Times steps beside the engine's own rate of large matrix products. */
final class MeasuredSteps {

  private static final int EDGE = 2048;
  private static final double CLIP = 1.0;

  private final ComputeEngine engine;
  private final Device device;
  private final KernelModule products;
  private final int steps;
  private final @Nullable String trace;

  /**
   * Compiles the products.
   *
   * @param steps to take the median of, after two that do not count
   * @param trace part of the name of a Chrome trace to write per measurement, or null
   */
  MeasuredSteps(ComputeEngine engine, Device device, int steps, @Nullable String trace) {
    this.engine = engine;
    this.device = device;
    this.products =
        KernelModule.load(
            MeasuredSteps.class, "/dev/masquerade/bench/products.py", Kernels.GRADIENTS);
    this.steps = steps;
    this.trace = trace;
  }

  /** Returns the kernels of {@code products.py}, and gradients. */
  KernelModule products() {
    return products;
  }

  /** Returns the number of steps that count. */
  int steps() {
    return steps;
  }

  /** Creates parameters as a model starts with them. */
  Parameters parameters(ParameterLayout layout) {
    ParameterInitialiser start = new ParameterInitialiser(1);
    long longest = layout.owners().stream().mapToLong(ParameterSpec::elements).max().orElseThrow();
    // One buffer for all tensors, so that the heap does not count among what a step needs.
    FloatBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(longest * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return Parameters.create(
        layout,
        device,
        spec -> {
          start.fill(spec, values);
          return values.duplicate().limit((int) spec.elements());
        });
  }

  @FunctionalInterface
  interface Step {
    @Nullable Gradients run(StepScope scope);
  }

  /**
   * Measures steps in turns with products.
   *
   * @param operations multiplications and additions of one step
   * @param optimiser null where a step ends with its gradients, or has none
   */
  Map<String, Object> measured(
      String what,
      Precision precision,
      int threads,
      double operations,
      Step step,
      Parameters parameters,
      @Nullable AdamW optimiser) {
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
    if (optimiser != null) {
      result.put("optimiser_ms", median(update));
    }
    result.put("matrix_gflops", rate);
    result.put("step_gflops", operations / milliseconds / 1e6);
    result.put("mfu", operations / milliseconds / 1e6 / rate);
    // The same by CPU time: what holds when other programs share the cores.
    result.put("cpu_step_ms", median(totalCpu));
    if (optimiser != null) {
      result.put("cpu_optimiser_ms", median(updateCpu));
    }
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
  double[] timed(Parameters parameters, Step step, @Nullable AdamW optimiser) {
    long start = System.nanoTime();
    long startCpu = processCpu();
    long gradientsDone;
    long gradientsCpu;
    try (StepScope scope = StepScope.open(parameters.manager())) {
      @Nullable Gradients gradients = step.run(scope);
      gradientsDone = System.nanoTime();
      gradientsCpu = processCpu();
      if (optimiser != null && gradients != null) {
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

  static AdamW optimiser(Parameters parameters) {
    Map<String, NDArray> trained = new LinkedHashMap<>();
    for (int i = 0; i < parameters.trainable().size(); i++) {
      trained.put(parameters.trainable().get(i).name(), parameters.trainableArrays().get(i));
    }
    return new AdamW(trained, new AdamWSettings(0.9, 0.95, 1e-8, CLIP), parameters.manager());
  }

  /** Returns a time among results, in seconds. */
  static double seconds(Map<String, Object> result, String milliseconds) {
    return (Double) Objects.requireNonNull(result.get(milliseconds)) / 1000;
  }

  static double median(double[] values) {
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
