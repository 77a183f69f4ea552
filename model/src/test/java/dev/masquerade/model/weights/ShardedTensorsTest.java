package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedTensorsTest {

  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    SafetensorsWriter.write(
        directory.resolve(FIRST),
        Map.of("format", "pt"),
        List.of(TensorContent.floats("a", List.of(2L), 1, 2)));
    SafetensorsWriter.write(
        directory.resolve(SECOND),
        Map.of("dim", "16"),
        List.of(TensorContent.floats("b", List.of(1L), 3)));
    index("\"a\": \"" + FIRST + "\", \"b\": \"" + SECOND + "\"");
  }

  private Path index(String entries) throws IOException {
    return Files.writeString(
        directory.resolve(StoredModel.INDEX),
        "{\"metadata\": {\"total_size\": 12}, \"weight_map\": {" + entries + "}}");
  }

  @Test
  void tensors_areReadFromTheFilesTheIndexNames() throws IOException {
    Path found = CheckpointPath.weights(directory);
    assertThat(found).isEqualTo(directory.resolve(StoredModel.INDEX));
    try (TensorSource tensors = TensorSource.open(found)) {
      assertThat(tensors.tensors()).extracting(TensorEntry::name).containsExactly("a", "b");
      assertThat(tensors.floats("a")).containsExactly(1, 2);
      assertThat(tensors.floats("b")).containsExactly(3);
      assertThat(tensors.metadata()).containsEntry("dim", "16").containsEntry("format", "pt");
      assertThat(tensors.bytes("a").isDirect()).isTrue();
    }
  }

  @Test
  void missingFiles_areAllNamed() throws IOException {
    Files.delete(directory.resolve(FIRST));
    Files.delete(directory.resolve(SECOND));
    assertThatThrownBy(() -> TensorSource.open(directory.resolve(StoredModel.INDEX)))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("2 of its 2 files are missing: " + FIRST + ", " + SECOND);
  }

  @Test
  void missingIndex_isNamed() throws IOException {
    Files.delete(directory.resolve(StoredModel.INDEX));
    assertThatThrownBy(() -> StoredModel.open(directory))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining(FIRST + ", " + SECOND)
        .hasMessageContaining("without their index model.safetensors.index.json");
  }

  @Test
  void tensorsThatIndexAndFilesDoNotShare_areNamed() throws IOException {
    Path index = index("\"a\": \"" + SECOND + "\", \"c\": \"" + FIRST + "\"");
    assertThatThrownBy(() -> TensorSource.open(index))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("a is not in " + SECOND)
        .hasMessageContaining("c is not in " + FIRST)
        .hasMessageContaining("a of " + FIRST + " is not in the index")
        .hasMessageContaining("b of " + SECOND + " is not in the index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../" + FIRST, "/etc/passwd", "a/b.safetensors", "", ".."})
  void filesElsewhere_areRefused(String name) throws IOException {
    Path index = index("\"a\": \"" + name + "\"");
    assertThatThrownBy(() -> TensorSource.open(index))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("which is no name of a file beside it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"weight_map\": 3}", "{"})
  void whatIsNoIndex_isRefused(String text) throws IOException {
    Path index = Files.writeString(directory.resolve(StoredModel.INDEX), text);
    assertThatThrownBy(() -> TensorSource.open(index)).isInstanceOf(InvalidWeightsException.class);
  }
}
