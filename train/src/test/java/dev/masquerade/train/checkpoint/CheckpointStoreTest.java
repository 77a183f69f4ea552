package dev.masquerade.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path root;

  private Path checkpoints() {
    return root.resolve("checkpoints");
  }

  private CheckpointStore store(int keep) {
    return new CheckpointStore(checkpoints(), keep);
  }

  private static CheckpointStore.Content holding(String text) {
    return directory -> Files.writeString(directory.resolve("model.safetensors"), text);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(checkpoints())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void checkpoint_liesUnderItsStep_andLatestNamesIt() throws IOException {
    long bytes = store(2).write(100, holding("weights"));

    assertThat(bytes).isEqualTo(7);
    assertThat(names()).containsExactly("LATEST", "step-000100");
    assertThat(checkpoints().resolve("LATEST")).hasContent("step-000100");
    assertThat(store(2).path(100).resolve("model.safetensors")).hasContent("weights");
    assertThat(store(2).latest()).hasValue(100);
  }

  @Test
  void oldCheckpoints_areDeleted_exceptTheNewest() throws IOException {
    for (long step = 1; step <= 5; step++) {
      store(2).write(step * 10, holding("" + step));
    }
    assertThat(names()).containsExactly("LATEST", "step-000040", "step-000050");
  }

  @Test
  void keepAll_deletesNothing() {
    for (long step = 1; step <= 5; step++) {
      store(CheckpointStore.KEEP_ALL).write(step, holding("x"));
    }
    assertThat(store(0).steps()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void fullDisk_leavesTheCheckpointBefore_andSaysSo() throws IOException {
    store(1).write(10, holding("good"));

    assertThatThrownBy(
            () ->
                store(1)
                    .write(
                        20,
                        directory -> {
                          Files.writeString(directory.resolve("config.json"), "{}");
                          throw new IOException("No space left on device");
                        }))
        .isInstanceOf(CheckpointFailedException.class)
        .hasMessageContaining("step 20")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("stays valid: last checkpoint at step 10")
        .hasMessageContaining("--resume");

    assertThat(names()).containsExactly("LATEST", "step-000010");
    assertThat(store(1).latest()).hasValue(10);
    assertThat(store(1).path(10).resolve("model.safetensors")).hasContent("good");
  }

  @Test
  void deviceThatIsFull_isReportedAsSuch() {
    Path full = Path.of("/dev/full");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full));
    assertThatThrownBy(() -> store(1).write(20, directory -> Files.write(full, new byte[] {1})))
        .isInstanceOf(CheckpointFailedException.class)
        .hasMessageContaining("No space left on device");
  }

  @Test
  void latest_isTheNewestWhole_whereItsFileOrDirectoryWasDeleted() throws IOException {
    store(0).write(10, holding("a"));
    store(0).write(20, holding("b"));
    Files.delete(checkpoints().resolve("LATEST"));
    assertThat(store(0).latest()).hasValue(20);

    Files.writeString(checkpoints().resolve("LATEST"), "step-000030\n");
    assertThat(store(0).latest()).hasValue(20);

    Files.writeString(checkpoints().resolve("LATEST"), "step-000010\n");
    assertThat(store(0).latest()).as("a person may go back").hasValue(10);
  }

  @Test
  void sameStep_isReplaced() throws IOException {
    store(2).write(10, holding("a"));
    store(2).write(10, holding("b"));

    assertThat(names()).containsExactly("LATEST", "step-000010");
    assertThat(store(2).path(10).resolve("model.safetensors")).hasContent("b");
  }

  @Test
  void nothingWritten_isNoCheckpoint() {
    assertThat(store(2).latest()).isEmpty();
    assertThat(store(2).steps()).isEmpty();
  }
}
