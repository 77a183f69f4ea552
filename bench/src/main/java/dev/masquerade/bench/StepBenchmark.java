package dev.masquerade.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.train.optim.AdamW;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Measures training steps beside the engine's own rate of large matrix products, in one process,
 * and prints JSON. Measures bf16 only on devices that have instructions for it.
 *
 * <p>Arguments: which of {@code blocks}, {@code scenes}, {@code tiny}, {@code base}, {@code
 * modalities}, {@code mae}, {@code embed16}, {@code embed32} to measure (all of them by default),
 * and {@code threads=2}, {@code steps=5}, {@code batch=4}, {@code device=CPU}; {@code trace=NAME}
 * writes a Chrome trace of one more step per precision.
 */
public final class StepBenchmark {

  private static final int BUDGET = 128;

  /** Images of a batch where the reference's figures are for that many. */
  private static final int IMAGES = 8;

  private final ComputeEngine engine;
  private final Device device;
  private final MeasuredSteps measured;
  private final int batch;

  private StepBenchmark(ComputeEngine engine, Device device, MeasuredSteps measured, int batch) {
    this.engine = engine;
    this.device = device;
    this.measured = measured;
    this.batch = batch;
  }

  /** Runs what the arguments name. */
  public static void main(String[] arguments) {
    BenchmarkArguments given =
        BenchmarkArguments.of(
            arguments,
            List.of("blocks", "scenes", "tiny", "base", "modalities", "mae", "embed16", "embed32"));
    Map<String, String> options = given.options();
    List<String> wanted = given.wanted();
    ComputeEngine engine = ComputeEngine.start();
    Device device = engine.device(DeviceChoice.valueOf(options.getOrDefault("device", "CPU")));
    int threads = Integer.parseInt(options.getOrDefault("threads", "2"));
    StepBenchmark benchmark =
        new StepBenchmark(
            engine,
            device,
            new MeasuredSteps(
                engine,
                device,
                Integer.parseInt(options.getOrDefault("steps", "5")),
                options.get("trace")),
            Integer.parseInt(options.getOrDefault("batch", "4")));
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
      case "mae", "embed16", "embed32" ->
          precisions()
              .forEach(
                  precision -> results.accept(images().measure(name, IMAGES, precision, threads)));
      default ->
          throw new IllegalArgumentException(
              name
                  + " is not a measurement. Known: blocks, scenes, tiny, base, modalities,"
                  + " mae, embed16, embed32");
    }
  }

  private ImageWorkload images() {
    return new ImageWorkload(engine, measured);
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
        AdamW optimiser = MeasuredSteps.optimiser(parameters);
        PackedBatch packed = new Packer(modalities, PackLimits.NONE).pack(masked)) {
      MeasuredSteps.Step step =
          scope -> {
            NDArray tokens = encoder.tokens(packed, precision, null, scope);
            NDArray loss = measured.products().call(scope.manager(), "mean_square", tokens).get(0);
            NDList found =
                measured
                    .products()
                    .call(scope.manager(), "gradients", loss, parameters.trainableArrays());
            return Gradients.of(
                found.subList(0, found.size() - 1),
                found.get(found.size() - 1).toLongArray(),
                parameters.trainable().size());
          };
      double operations = operations(config, 8, 128, 0);
      Map<String, Object> result =
          measured.measured(
              "12 blocks of width 768, 8 x 128 tokens",
              precision,
              threads,
              operations,
              step,
              parameters,
              optimiser);
      result.put("tokens_per_s", 8 * 128 / MeasuredSteps.seconds(result, "step_ms"));
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
        AdamW optimiser = MeasuredSteps.optimiser(parameters);
        PackedBatch packed = Workload.packed(modalities, rows, budget)) {
      UniformRandomProvider rng = RandomSource.SPLIT_MIX_64.create(1);
      MeasuredSteps.Step step =
          scope -> model.lossAndGradients(packed, precision, rng, scope).gradients();
      double operations =
          operations(config, rows, packed.encoder().length(), packed.decoder().length())
              + Workload.headOperations(packed, config.dim());
      Map<String, Object> result =
          measured.measured(
              preset + ", batch " + rows + ", " + budget + "/" + budget,
              precision,
              threads,
              operations,
              step,
              parameters,
              optimiser);
      double seconds = MeasuredSteps.seconds(result, "step_ms");
      result.put("parameters", parameters.layout().trainableCount());
      result.put("samples_per_s", rows / seconds);
      result.put("cpu_samples_per_s", rows / MeasuredSteps.seconds(result, "cpu_step_ms"));
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
      double[] fewCpu = new double[measured.steps()];
      double[] lotsCpu = new double[measured.steps()];
      double[] fewTimes = new double[measured.steps()];
      double[] lotsTimes = new double[measured.steps()];
      for (int i = -2; i < measured.steps(); i++) {
        MeasuredSteps.Step one =
            scope -> small.lossAndGradients(packedFew, Precision.FP32, rng, scope).gradients();
        MeasuredSteps.Step other =
            scope -> large.lossAndGradients(packedLots, Precision.FP32, rng, scope).gradients();
        double[] first = measured.timed(few, one, null);
        double[] second = measured.timed(lots, other, null);
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
      result.put("ms_7", MeasuredSteps.median(fewTimes));
      result.put("ms_21", MeasuredSteps.median(lotsTimes));
      result.put("ratio", MeasuredSteps.median(lotsTimes) / MeasuredSteps.median(fewTimes));
      result.put("cpu_ratio", MeasuredSteps.median(lotsCpu) / MeasuredSteps.median(fewCpu));
      return result;
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
    return measured.parameters(ParameterLayout.of(config, modalities));
  }
}
