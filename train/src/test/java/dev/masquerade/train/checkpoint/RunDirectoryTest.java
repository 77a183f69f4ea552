package dev.masquerade.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  @TempDir Path parent;

  private Path root() {
    return parent.resolve("runs/tiny");
  }

  private void startAndStop() throws IOException {
    try (RunDirectory directory = RunDirectory.create(root())) {
      directory.write(directory.runFile(), "name: \"tiny\"\n");
    }
  }

  @Test
  void newRun_getsItsDirectory() throws IOException {
    startAndStop();
    assertThat(root().resolve("run.textproto")).hasContent("name: \"tiny\"");
  }

  @Test
  void startThatFails_leavesNoDirectory() throws IOException {
    RunDirectory.create(root()).close();
    assertThat(root()).doesNotExist();

    startAndStop();
    assertThat(root().resolve("run.textproto")).exists();
  }

  @Test
  void directoryWithARun_isRefusedWithoutResume() throws IOException {
    startAndStop();
    new CheckpointStore(root().resolve("checkpoints"), 1).write(40, directory -> {});

    assertThatThrownBy(() -> RunDirectory.create(root()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("already holds a run, last checkpoint at step 40")
        .hasMessageContaining("--resume");
  }

  @Test
  void directoryWithOtherThings_isRefused() throws IOException {
    Files.createDirectories(root());
    Files.writeString(root().resolve("thesis.tex"), "");

    assertThatThrownBy(() -> RunDirectory.create(root()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> RunDirectory.resume(root()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("no run to resume");
  }

  @Test
  void fileOfThatName_isRefused() throws IOException {
    Files.createDirectories(parent.resolve("runs"));
    Files.writeString(root(), "");
    assertThatThrownBy(() -> RunDirectory.create(root()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void secondRunInOneDirectory_isRefused_untilTheFirstEnds() throws IOException {
    startAndStop();
    try (RunDirectory first = RunDirectory.resume(root())) {
      assertThat(first.root()).isEqualTo(root());
      assertThatThrownBy(() -> RunDirectory.resume(root()))
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    RunDirectory.resume(root()).close();
  }

  @Test
  void lockOfAnotherProcess_holdsWhileItLives_andNotLonger() throws Exception {
    startAndStop();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream output = other.getInputStream()) {
      assertThat(output.read()).as("the other process holds the lock").isEqualTo('L');
      assertThatThrownBy(() -> RunDirectory.resume(root()))
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("in use by process " + other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(root().resolve(".lock")).as("a dead process leaves its file").exists();
    RunDirectory.resume(root()).close();
  }

  @Test
  void leftoversOfAKilledWrite_areRemoved() throws IOException {
    startAndStop();
    new CheckpointStore(root().resolve("checkpoints"), 1).write(40, directory -> {});
    Path half = root().resolve("checkpoints/.step-000050.part");
    Files.createDirectories(half);
    Files.writeString(half.resolve("model.safetensors"), "half");
    Files.writeString(root().resolve(".run.textproto.part"), "half");

    RunDirectory.resume(root()).close();

    assertThat(half).doesNotExist();
    assertThat(root().resolve(".run.textproto.part")).doesNotExist();
    assertThat(root().resolve("checkpoints/step-000040")).isDirectory();
  }

  @Test
  void directoryOfARunKilledBeforeItsConfigurationStood_isTakenAnew() throws IOException {
    Files.createDirectories(root());
    Files.writeString(root().resolve(".lock"), "process 1\n");
    Files.writeString(root().resolve(".run.textproto.part"), "half");

    RunDirectory.create(root()).close();

    assertThatThrownBy(() -> RunDirectory.resume(root()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("holds no run to resume");
  }

  /** Holds the lock of a run directory until it is killed. */
  static final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
      try (RunDirectory directory = RunDirectory.resume(Path.of(arguments[0]))) {
        System.out.print("L");
        System.out.flush();
        Thread.sleep(60_000);
        System.out.println(directory.root());
      }
    }
  }
}
