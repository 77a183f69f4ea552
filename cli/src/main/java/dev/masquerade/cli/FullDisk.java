package dev.masquerade.cli;

import dev.masquerade.train.checkpoint.CheckpointFailedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Recognises that a disk is full, of which the system's messages name neither file nor advice. */
final class FullDisk {

  /** What systems call it. Their messages are not translated by the Java runtime. */
  private static final List<String> REASONS =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "not enough space on the disk",
          "File too large");

  private FullDisk() {}

  /**
   * Returns what to tell a user whose disk is full.
   *
   * @param thrown by the command
   * @param parsed the command line, which says where the command writes
   * @return empty for failures of other kinds, and for those that say all of it themselves
   */
  static Optional<String> message(Throwable thrown, ParseResult parsed) {
    String file = "";
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof CheckpointFailedException) {
        return Optional.empty();
      }
      if (at instanceof FileSystemException system && system.getFile() != null) {
        file = system.getFile();
      }
      String reason = reason(at.getMessage());
      if (!reason.isEmpty()) {
        boolean resumes = command(parsed).commandSpec().findOption("--resume") != null;
        return Optional.of(
            where(file, parsed)
                + ": could not be written: "
                + reason
                + ". Make room there, or choose another place, then run again"
                + (resumes ? " with --resume" : "")
                + ".");
      }
    }
    return Optional.empty();
  }

  private static String reason(@Nullable String message) {
    return message == null ? "" : REASONS.stream().filter(message::contains).findFirst().orElse("");
  }

  /** Returns the file that the system names, or else where the command was told to write. */
  private static String where(String file, ParseResult parsed) {
    if (!file.isEmpty()) {
      return file;
    }
    OptionSpec out = command(parsed).matchedOption("--out");
    if (out != null && out.getValue() instanceof Path path) {
      return path.toString();
    }
    return "A file";
  }

  private static ParseResult command(ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    return command;
  }
}
