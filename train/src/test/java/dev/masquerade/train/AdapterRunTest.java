package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.lora.AdapterNames;
import dev.masquerade.model.lora.FusedTensors;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.PrecisionChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that train adapters of weights and nothing else. */
class AdapterRunTest {

  private static final String STEPS = "train.steps=4";

  @TempDir Path directory;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    run = TinyRun.write(directory.resolve("data"));
  }

  private Path train(String name, boolean resume, String... changes) throws Exception {
    Path output = directory.resolve("runs").resolve(name);
    TinyRun.training()
        .run(
            new RunRequest(TinyRun.config(run, output, changes), resume, List.of("test")),
            ProgressListener.NONE,
            new StopRequest());
    return output;
  }

  private static Path latest(Path output) throws IOException {
    Path checkpoints = output.resolve("checkpoints");
    return checkpoints.resolve(Files.readString(checkpoints.resolve("LATEST")).strip());
  }

  @Test
  void adaptersAlone_areTrainedAndRemembered() throws Exception {
    Path base = train("base", false, STEPS);
    Path adapted =
        train(
            "adapted",
            false,
            STEPS,
            "model.initial_weights=" + base,
            "model.lora={ rank: 2 scale: 0.5 modules: LORA_PARTS_ALL }");

    try (TensorSource before = TensorSource.open(latest(base).resolve(StoredModel.WEIGHTS));
        TensorSource after = TensorSource.open(latest(adapted).resolve(StoredModel.WEIGHTS));
        TensorSource memory =
            SafetensorsFile.open(latest(adapted).resolve("optimizer.safetensors"))) {
      int adapters = 0;
      for (TensorEntry entry : after.tensors()) {
        String name = entry.name();
        if (!AdapterNames.isAdapter(name)) {
          assertThat(after.floats(name))
              .as(name)
              .isEqualTo(before.floats(AdapterNames.without(name)));
        } else if (name.endsWith(".lora_up.weight")) {
          adapters++;
          assertThat(after.floats(name)).as(name).isNotEqualTo(new float[(int) entry.elements()]);
        }
      }
      // Two encoder blocks with qkv, proj and two or three layers; a decoder block with two more.
      assertThat(adapters).isGreaterThanOrEqualTo(2 * 4 + 7);
      assertThat(memory.tensors())
          .extracting(TensorEntry::name)
          .filteredOn(name -> name.contains("."))
          .isNotEmpty()
          .allMatch(name -> name.contains(".lora_"));
    }
  }

  @Test
  void adapters_areResumedToTheSameWeightsAndFusedOnOpening() throws Exception {
    Path base = train("base", false, STEPS);
    String weights = "model.initial_weights=" + base;
    String lora = "model.lora={ rank: 2 }";
    Path whole = train("whole", false, "train.steps=9", weights, lora);
    train("parts", false, "train.steps=4", "schedule.total={ steps: 9 }", weights, lora);
    Path parts = train("parts", true, "train.steps=9", weights, lora);

    assertThat(latest(parts).resolve(StoredModel.WEIGHTS))
        .hasSameBinaryContentAs(latest(whole).resolve(StoredModel.WEIGHTS));
    try (RunModel model = RunModel.open(latest(whole), DeviceChoice.CPU, PrecisionChoice.FP32);
        TensorSource file = TensorSource.open(latest(whole).resolve(StoredModel.WEIGHTS));
        TensorSource fused = new FusedTensors(file, 1)) {
      assertThat(model.layout().contains("encoder.0.attn.qkv.weight")).isTrue();
      assertThat(model.parameters().read("encoder.0.attn.qkv.weight"))
          .isEqualTo(fused.floats("encoder.0.attn.qkv.weight"))
          .isNotEqualTo(file.floats("encoder.0.attn.qkv.linear.weight"));
    }
  }

  @Test
  void newAdapters_changeNothing() throws Exception {
    Path base = train("base", false, STEPS);
    Path adapted =
        train(
            "adapted",
            false,
            "train.steps=1",
            "schedule.warm_up={ steps: 5 }",
            "model.initial_weights=" + base,
            "model.lora={}");
    // The first step of a warm-up has a rate of 0.
    try (StoredModel stored = StoredModel.open(latest(adapted)).fused();
        TensorSource before = TensorSource.open(latest(base).resolve(StoredModel.WEIGHTS))) {
      for (TensorEntry entry : before.tensors()) {
        assertThat(stored.tensors().floats(entry.name()))
            .as(entry.name())
            .isEqualTo(before.floats(entry.name()));
      }
    }
  }

  @Test
  void adaptersWithoutWeights_areRefused() {
    assertThatThrownBy(() -> train("none", false, "model.lora={ rank: 2 }"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("model.lora")
        .hasMessageContaining("initial_weights");
  }

  @Test
  void rankBeyondAMap_isRefused() throws Exception {
    Path base = train("base", false, STEPS);
    assertThatThrownBy(
            () -> train("large", false, "model.initial_weights=" + base, "model.lora={ rank: 6 }"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("rank of adapters is 6")
        .hasMessageContaining("Lower lora.rank");
  }

  @Test
  void weightsThatLackSomething_areRefused() throws Exception {
    String all = Files.readString(run);
    Files.writeString(run, all + "modalities { name: \"left\" }\nmodalities { name: \"right\" }\n");
    Path base = train("base", false, STEPS);
    Files.writeString(run, all);
    assertThatThrownBy(
            () ->
                train(
                    "more",
                    false,
                    STEPS,
                    "model.initial_weights=" + base,
                    "model.lora={ rank: 2 }"))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("would never be trained")
        .hasMessageContaining("lora.embeddings");
    train(
        "embeddings",
        false,
        STEPS,
        "model.initial_weights=" + base,
        "model.lora={ rank: 2 embeddings: true }");
  }
}
