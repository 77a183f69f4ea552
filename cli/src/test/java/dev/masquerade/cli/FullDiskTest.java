package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.train.checkpoint.CheckpointFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** A full disk, of which the system says neither where nor what to do. */
class FullDiskTest {

  private static final String REASON = "No space left on device";

  /** Stands before a command as the program does. */
  @Command(subcommands = ScenesCommand.class)
  private static final class Program {}

  private static ParseResult scenes() {
    return new CommandLine(new Program()).parseArgs("scenes", "--count", "4", "--out", "data/s");
  }

  @Test
  void fullDisk_isToldWithThePathAndWhatToDo() {
    Exception deep = new ExecutionException(new UncheckedIOException(new IOException(REASON)));
    FileSystemException named = new FileSystemException("data/s/train-000000.tar", null, REASON);

    assertThat(FullDisk.message(deep, scenes()))
        .contains(
            "data/s: could not be written: No space left on device. Make room there, or choose"
                + " another place, then run again.");
    assertThat(FullDisk.message(named, scenes()))
        .hasValueSatisfying(message -> assertThat(message).startsWith(named.getFile() + ": could"));
    assertThat(FullDisk.message(new IOException("File too large"), scenes())).isPresent();
  }

  @Test
  void otherFailures_areLeftToOthers() {
    assertThat(FullDisk.message(new IOException("broken pipe"), scenes())).isEmpty();
    assertThat(
            FullDisk.message(
                new CheckpointFailedException(3, "says it all", new IOException(REASON)), scenes()))
        .isEmpty();
  }
}
