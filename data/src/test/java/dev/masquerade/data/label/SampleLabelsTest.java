package dev.masquerade.data.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.scenes.SceneDataset;
import dev.masquerade.data.scenes.SceneDatasetSettings;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleLabelsTest {

  @TempDir private Path directory;

  private static Map<String, String> labels(ShardFile file, int samples, String source)
      throws IOException, UnusableSampleException {
    Split split =
        new Split("train", List.of(new ShardDeclaration(file.name(), List.of(file), samples)));
    try (OpenShards open = new OpenShards(ShardSources.files(), 2, false)) {
      return SampleLabels.of(split, open, LabelSource.of(source));
    }
  }

  private void write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void scenes_areLabelledByTheirLargestSolid() throws Exception {
    SceneDataset.write(
        directory, SceneDatasetSettings.builder(6).size(32).seed(3).build(), 1, written -> {});
    ShardFile tar = ShardFile.of(directory.resolve("train-000000.tar"));

    Map<String, String> labels = labels(tar, 5, "label");

    assertThat(labels).hasSize(5).containsKey("scene00000000");
    assertThat(labels.values())
        .allMatch(
            label ->
                label.matches("(red|orange|yellow|green|blue|purple) (sphere|cube|cylinder|cone)"));
    assertThat(labels(tar, 5, "label:shape").values())
        .containsExactlyElementsOf(
            labels.values().stream().map(label -> label.split(" ")[1]).toList());
    assertThat(labels(tar, 5, "scene:camera.azimuth_degrees").values())
        .allMatch(text -> text.matches("-?[0-9.]+"));
  }

  @Test
  void folders_areClasses() throws Exception {
    write("cat/1.jpg", "");
    write("dog/small/2.jpg", "");
    ShardFile folder = new ShardFile("pictures", directory.toUri(), "rgb", "");

    assertThat(labels(folder, 2, "folder"))
        .containsExactly(Map.entry("cat/1", "cat"), Map.entry("dog/small/2", "small"));
  }

  @Test
  void textMembers_areLabels() throws Exception {
    write("label/a.txt", " seven\n");
    write("rgb/b.jpg", "");
    ShardFile folder = ShardFile.of(directory);

    assertThat(labels(folder, 1, "label")).containsExactly(Map.entry("a", "seven"));
    assertThatThrownBy(() -> labels(folder, 2, "label"))
        .isInstanceOf(UnusableSampleException.class)
        .hasMessageContaining("sample b, modality label: it has no label: none of its members")
        .hasMessageContaining("label.txt, label.json or label.cls");
  }

  @Test
  void sampleOutsideFolders_isNamed() throws IOException {
    write("1.jpg", "");
    ShardFile folder = new ShardFile("pictures", directory.toUri(), "rgb", "");

    assertThatThrownBy(() -> labels(folder, 1, "folder"))
        .hasMessageContaining("pictures, sample 1, modality label: it lies in no folder");
  }

  @Test
  void jsonWithoutTheField_isNamed() throws IOException {
    write("label/a.json", "{\"kind\": {\"name\": \"x\"}}");
    write("label/b.json", "{");
    ShardFile folder = ShardFile.of(directory);

    assertThatThrownBy(() -> labels(folder, 1, "label"))
        .hasMessageContaining("sample a")
        .hasMessageContaining("has no field label");
    assertThatThrownBy(() -> labels(folder, 1, "label:kind"))
        .hasMessageContaining("is no text or number");
    assertThatThrownBy(() -> labels(folder, 2, "label:kind.name"))
        .hasMessageContaining("sample b")
        .hasMessageContaining("is no JSON");
  }

  @Test
  void classes_areNumberedByNameOrValue() {
    ClassNames words = ClassNames.of(List.of("pear", "apple", "pear"));
    assertThat(words.names()).containsExactly("apple", "pear");
    assertThat(words.number("pear")).isEqualTo(1);
    assertThat(ClassNames.of(List.of("10", "9", "2")).names()).containsExactly("2", "9", "10");
    assertThatThrownBy(() -> words.number("aple")).hasMessageContaining("Did you mean \"apple\"?");
    assertThatThrownBy(() -> ClassNames.of(List.of("x", "x")))
        .hasMessageContaining("all samples are of [x]");
  }
}
