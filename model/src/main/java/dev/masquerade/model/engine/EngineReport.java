package dev.masquerade.model.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine is and whether it works here: the content of {@code engine check}.
 *
 * @param javaBinding version of DJL
 * @param version version of PyTorch
 * @param threads threads of one operation on the CPU
 * @param cpuInstructions instructions that matter for matrix products, as Linux names them
 * @param devices every device found, the CPU first
 * @param steps one training step tried per device and precision
 */
public record EngineReport(
    String javaBinding,
    String version,
    int threads,
    List<String> cpuInstructions,
    List<String> devices,
    List<Step> steps) {

  private static final int WIDTH = 64;
  private static final int ROWS = 32;

  /**
   * One tried step.
   *
   * @param device where
   * @param precision in which arithmetic
   * @param lossBefore loss of the first step
   * @param lossAfter loss of the second, after one update
   * @param failure empty, or why it did not run
   */
  public record Step(
      String device, Precision precision, double lossBefore, double lossAfter, String failure) {

    /** Says whether the step ran and made the loss smaller. */
    public boolean proven() {
      return failure.isEmpty() && lossAfter < lossBefore;
    }
  }

  public EngineReport {
    cpuInstructions = List.copyOf(cpuInstructions);
    devices = List.copyOf(devices);
    steps = List.copyOf(steps);
  }

  /**
   * Starts the engine and tries one training step per device and precision.
   *
   * @throws EngineException if the engine does not start
   */
  public static EngineReport examine() {
    ComputeEngine engine = ComputeEngine.start();
    List<Device> found = new ArrayList<>(List.of(Device.cpu()));
    for (int i = 0; i < engine.gpuCount(); i++) {
      found.add(Device.gpu(i));
    }
    List<Step> steps = new ArrayList<>();
    try (KernelModule kernels = KernelModule.load(EngineReport.class, Kernels.CHECK)) {
      for (Device device : found) {
        for (Precision precision : Precision.values()) {
          steps.add(tryStep(engine, kernels, device, precision));
        }
      }
    }
    return new EngineReport(
        Engine.getDjlVersion(),
        engine.version(),
        engine.threads(),
        List.copyOf(CpuFeatures.ofThisMachine().names()),
        found.stream().map(Device::toString).toList(),
        steps);
  }

  private static Step tryStep(
      ComputeEngine engine, KernelModule kernels, Device device, Precision precision) {
    try (NDManager manager = engine.newManager(device)) {
      NDArray weight = manager.create(wave(WIDTH * WIDTH, 0.37), new Shape(WIDTH, WIDTH));
      NDArray x = manager.create(wave(ROWS * WIDTH, 0.11), new Shape(ROWS, WIDTH));
      NDArray target = manager.create(wave(ROWS * WIDTH, 0.23), new Shape(ROWS, WIDTH));
      weight.setRequiresGradient(true);
      double[] losses = new double[2];
      for (int i = 0; i < 2; i++) {
        losses[i] =
            kernels
                .call(manager, "check_step", weight, x, target, 1e-2, Kernels.dtype(precision))
                .get(0)
                .getFloat();
      }
      return new Step(device.toString(), precision, losses[0], losses[1], "");
    } catch (RuntimeException e) {
      return new Step(device.toString(), precision, 0, 0, String.valueOf(e.getMessage()));
    }
  }

  /** Numbers in [-1, 1] that are the same on every machine. */
  private static float[] wave(int length, double frequency) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) Math.sin(frequency * (i + 1));
    }
    return values;
  }

  /** Returns the report as lines of text for a terminal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("engine        PyTorch ").append(version).append(" through DJL ");
    text.append(javaBinding).append('\n');
    text.append("threads       ").append(threads).append('\n');
    text.append("CPU           ").append(String.join(" ", cpuInstructions)).append('\n');
    text.append("devices       ").append(String.join(", ", devices)).append('\n');
    for (Step step : steps) {
      text.append(String.format("%-13s %-5s", step.device(), step.precision()));
      text.append(
          step.failure().isEmpty()
              ? String.format(
                  "training step %s: loss %.6f -> %.6f",
                  step.proven() ? "ok" : "WRONG", step.lossBefore(), step.lossAfter())
              : "failed: " + step.failure());
      text.append('\n');
    }
    return text.toString();
  }
}
