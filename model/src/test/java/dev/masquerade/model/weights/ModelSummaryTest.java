package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSummaryTest {

  @TempDir Path directory;

  private final ModelDescription description =
      ConfigJsonTest.descriptions().findFirst().orElseThrow();

  @Test
  void summary_showsEveryPartWithShapesAndCounts() {
    ParameterLayout layout = description.layout();
    String summary = ModelSummary.of(description);

    assertThat(summary)
        .contains("width 128, 2 encoder and 2 decoder blocks, 4 heads of 32, feed-forward 341")
        .contains("rgb@64")
        .contains("patches of 8 x 8 pixels")
        .contains("encoder.0 to encoder.1: 2 x ")
        .contains("same as encoder_embeddings.caption.mod_emb")
        .contains("[384, 128]")
        .contains(String.format(Locale.ROOT, "%,d parameters", layout.trainableCount()));
    for (ParameterSpec spec : layout.parameters()) {
      assertThat(summary).contains(spec.name().replaceFirst("^(encoder|decoder)\\.1\\.", "$1.0."));
    }
  }

  @Test
  void reportOfARunDirectory_isOfItsLatestCheckpoint() throws Exception {
    Path checkpoint = directory.resolve("checkpoints/step-000010");
    Files.createDirectories(checkpoint);
    store(checkpoint);
    Files.writeString(directory.resolve("checkpoints/LATEST"), "step-000010\n");
    Files.writeString(checkpoint.resolve("checkpoint.textproto"), "step: 10\n");
    Files.writeString(directory.resolve("provenance.json"), "{\"git\": \"abc\"}\n");

    String report = CheckpointReport.of(directory);

    assertThat(report)
        .contains("step-000010")
        .contains("holds the weights of this model")
        .contains("encoder.0 to encoder.1")
        .contains("values of F32")
        .contains("format = pt")
        .contains("step: 10")
        .contains("{\"git\": \"abc\"}");
    assertThat(CheckpointReport.of(checkpoint)).isEqualTo(report);
  }

  @Test
  void reportOfAnyTensors_needsNoConfig() throws Exception {
    Path file = directory.resolve("any.safetensors");
    SafetensorsWriter.write(file, Map.of(), List.of(TensorContent.longs("ids", List.of(2L), 1, 2)));

    assertThat(CheckpointReport.of(file)).contains("1 tensors").contains("ids").contains("[2]");
  }

  @Test
  void configOfAnotherModel_isReportedAsSuch() throws Exception {
    store(directory);
    Path config = directory.resolve(StoredModel.CONFIG);
    Files.writeString(config, Files.readString(config).replace("\"dim\": 128", "\"dim\": 256"));

    assertThat(CheckpointReport.of(directory)).contains("holds the weights of another model");
    assertThat(CheckpointReport.examine(directory, false).usable()).isFalse();
  }

  @Test
  void configThatIsNoJson_isReportedWithItsPlace() throws Exception {
    store(directory);
    assertThat(CheckpointReport.examine(directory, false).usable()).isTrue();
    Path config = directory.resolve(StoredModel.CONFIG);
    Files.writeString(config, "{\n  \"dim\": 128,\n  ]\n");

    CheckpointReport.Finding found = CheckpointReport.examine(directory, false);

    assertThat(found.text()).contains("model not understood").contains("is no JSON: see line 3");
    assertThat(found.usable()).isFalse();
  }

  @Test
  void nothingThere_isSaid() {
    assertThatThrownBy(() -> CheckpointReport.of(directory.resolve("none")))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("there is no such file or directory");
    assertThatThrownBy(() -> CheckpointReport.of(directory))
        .hasMessageContaining("holds no checkpoint");
  }

  @Test
  void latestThatClimbsOut_isRefused() throws Exception {
    Files.writeString(directory.resolve("LATEST"), "../../etc");

    assertThatThrownBy(() -> CheckpointReport.of(directory))
        .hasMessageContaining("does not name a checkpoint");
  }

  private void store(Path target) throws Exception {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    SafetensorsWriter.write(
        target.resolve(StoredModel.WEIGHTS),
        Map.of("format", "pt"),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    ConfigJson.write(description, target.resolve(StoredModel.CONFIG));
  }
}
