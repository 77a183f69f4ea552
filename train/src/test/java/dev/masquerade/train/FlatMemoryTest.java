package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.train.checkpoint.TrainingState;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.metric.MetricSink;
import dev.masquerade.train.metric.ProcessMemory;
import dev.masquerade.train.optim.AdamW;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two thousand steps that may leave nothing behind. */
class FlatMemoryTest {

  private static final int WARM = 500;
  private static final int STEPS = 2_000;

  @TempDir Path directory;

  @Test
  void arraysAndResidentMemory_doNotGrowOverTwoThousandSteps() throws Exception {
    Path run = TinyRun.write(directory.resolve("data"));
    RunConfig config = TinyRun.config(run, directory.resolve("out"), "train.steps=" + STEPS);
    try (RunData data = RunData.open(config, TinyRun.catalogue(), ShardSources.files());
        RunModel model =
            RunModel.start(
                config.model().describe(data.modalities()),
                config.seed(),
                config.train().device(),
                config.train().precision(),
                config.train().loss());
        AdamW optimiser =
            new AdamW(trainable(model), config.optimiser().adamW(), model.parameters().manager());
        BatchLoader loader = data.training(ResumePoint.START);
        TrainingLoop loop =
            new TrainingLoop(
                config.train(),
                config.optimiser(),
                model,
                optimiser,
                Optional.empty(),
                loader,
                data.packers(),
                data.streams(),
                MetricSink.all(List.of()),
                ProgressListener.NONE,
                TrainingState.START)) {
      steps(loop, WARM);
      NDManager manager = model.parameters().manager();
      int arrays = manager.getManagedArrays().size();
      System.gc();
      long resident = ProcessMemory.residentBytes().orElse(0);

      steps(loop, STEPS - WARM);

      assertThat(loop.complete()).isTrue();
      assertThat(manager.getManagedArrays()).hasSize(arrays);
      System.gc();
      // A leak of one batch of activations, about 300 kB a step, would be 450 MB.
      assertThat(ProcessMemory.residentBytes().orElse(0)).isLessThan(resident + (100L << 20));
    }
  }

  private static void steps(TrainingLoop loop, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      loop.step();
    }
  }

  private static Map<String, NDArray> trainable(RunModel model) {
    Map<String, NDArray> trainable = new LinkedHashMap<>();
    for (ParameterSpec spec : model.parameters().trainable()) {
      trainable.put(spec.name(), model.parameters().get(spec.name()));
    }
    return trainable;
  }
}
