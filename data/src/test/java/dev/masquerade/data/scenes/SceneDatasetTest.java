package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.masquerade.proto.manifest.v1.Manifest;
import dev.masquerade.proto.manifest.v1.Shard;
import dev.masquerade.proto.manifest.v1.Split;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SceneDatasetTest {

  @TempDir private Path directory;

  @Test
  void anyNumberOfThreads_writesTheSameBytes() throws IOException {
    SceneDatasetSettings settings =
        SceneDatasetSettings.builder(70).size(32).seed(9).samplesPerShard(25).build();
    Path one = directory.resolve("one");
    Path five = directory.resolve("five");

    SceneDataset.write(one, settings, 1, written -> {});
    SceneDataset.write(five, settings, 5, written -> {});

    assertThat(files(one))
        .containsExactly(
            "manifest.textproto",
            "train-000000.tar",
            "train-000001.tar",
            "train-000002.tar",
            "validation-000000.tar");
    assertThat(files(five)).isEqualTo(files(one));
    for (String file : files(one)) {
      assertThat(five.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  @Test
  void splits_holdEveryIndexOnce() throws IOException {
    SceneDatasetSettings settings =
        SceneDatasetSettings.builder(30)
            .size(16)
            .samplesPerShard(8)
            .validationFraction(0.2)
            .build();

    Manifest manifest = SceneDataset.write(directory, settings, 2, written -> {});

    List<String> keys = new ArrayList<>();
    for (Split split : manifest.getSplitsList()) {
      for (Shard shard : split.getShardsList()) {
        Set<String> inShard = keys(directory.resolve(shard.getFiles(0).getUri()));
        assertThat(inShard).hasSize((int) shard.getSampleCount());
        keys.addAll(inShard);
      }
    }
    List<String> expected = new ArrayList<>();
    for (int index = 0; index < 30; index++) {
      expected.add(Scene.sample(0, index).key());
    }
    assertThat(keys).isEqualTo(expected);
    assertThat(manifest.getSplits(1).getName()).isEqualTo("validation");
    assertThat(settings.validationCount()).isEqualTo(6);
  }

  @Test
  void manifestOnDisk_isTheOneReturned() throws IOException {
    SceneDatasetSettings settings = SceneDatasetSettings.builder(4).size(16).seed(-5).build();

    Manifest manifest = SceneDataset.write(directory, settings, 1, written -> {});

    Manifest.Builder read = Manifest.newBuilder();
    TextFormat.merge(Files.readString(directory.resolve(SceneDataset.MANIFEST)), read);
    assertThat(read.build()).isEqualTo(manifest);
    assertThat(manifest.getProvenance().getSeed()).isEqualTo(-5);
  }

  @Test
  void progress_countsUpToTheEnd() throws IOException {
    List<Integer> told = new ArrayList<>();

    SceneDataset.write(
        directory,
        SceneDatasetSettings.builder(5).size(16).validationFraction(0).build(),
        2,
        told::add);

    assertThat(told).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void settingsThatCannotBe_areRefused() {
    assertThatThrownBy(() -> SceneDatasetSettings.builder(0).build())
        .hasMessage("count must be at least 1, was 0");
    assertThatThrownBy(() -> SceneDatasetSettings.builder(9).size(7).build())
        .hasMessage("size must be from 16 to 4096 pixels, was 7");
    assertThatThrownBy(() -> SceneDatasetSettings.builder(9).validationFraction(1).build())
        .hasMessage("validationFraction must be at least 0 and below 1, was 1.0");
    assertThatThrownBy(() -> SceneDatasetSettings.builder(1).build())
        .hasMessageStartingWith("one scene cannot be both trained on and held out");
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Set<String> keys(Path tar) throws IOException {
    Set<String> keys = new LinkedHashSet<>();
    try (InputStream in = Files.newInputStream(tar);
        TarArchiveInputStream entries = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        keys.add(entry.getName().substring(0, entry.getName().indexOf('.')));
      }
    }
    return keys;
  }
}
