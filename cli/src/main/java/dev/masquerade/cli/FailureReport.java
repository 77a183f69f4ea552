package dev.masquerade.cli;

import dev.masquerade.data.pipeline.TooManyBadSamplesException;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.UnusableShardsException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.model.engine.EngineException;
import dev.masquerade.model.engine.NoSuchDeviceException;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.train.DivergedException;
import dev.masquerade.train.checkpoint.CheckpointFailedException;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.embedding.InvalidEmbeddingsException;
import dev.masquerade.train.generate.GenerationRefusedException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command threw into a message and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {

  /** Exit code of a failure that is nobody's mistake, or ours. */
  static final int FAILED = 1;

  /** Exit code of a mistake in the command line, a configuration or a data set. */
  static final int MISTAKE = 2;

  /** What a user can put right. Anything else is a failure. */
  private static final List<Class<? extends Exception>> MISTAKES =
      List.of(
          MistakeException.class,
          ConfigurationException.class,
          InvalidSettingsException.class,
          InvalidWeightsException.class,
          InvalidEmbeddingsException.class,
          UnusableShardsException.class,
          RunRefusedException.class,
          GenerationRefusedException.class,
          NoSuchDeviceException.class,
          TooManyBadSamplesException.class,
          NoSuchFileException.class,
          FileAlreadyExistsException.class,
          AccessDeniedException.class);

  /** Failures whose messages say all there is to say; no stack trace would add to them. */
  private static final List<Class<? extends Exception>> EXPLAINED =
      List.of(DivergedException.class, CheckpointFailedException.class, EngineException.class);

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine commandLine, ParseResult parsed) {
    Throwable failure = unwrap(thrown);
    PrintWriter err = commandLine.getErr();
    Optional<String> full = FullDisk.message(thrown, parsed);
    err.println(full.orElseGet(() -> message(failure)));
    if (full.isPresent() && !parsed.originalArgs().contains("--verbose")) {
      err.flush();
      return FAILED;
    }
    if (parsed.originalArgs().contains("--verbose")) {
      thrown.printStackTrace(err);
    } else if (!isMistake(failure) && !isOneOf(EXPLAINED, failure)) {
      err.println("Run again with --verbose for the stack trace.");
    }
    err.flush();
    return isMistake(failure) ? MISTAKE : FAILED;
  }

  private static boolean isMistake(Throwable failure) {
    return isOneOf(MISTAKES, failure);
  }

  private static boolean isOneOf(List<Class<? extends Exception>> types, Throwable failure) {
    return types.stream().anyMatch(type -> type.isInstance(failure));
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable failure = thrown;
    while (failure.getCause() != null
        && (failure instanceof UncheckedIOException
            || failure instanceof ExecutionException
            || failure instanceof CompletionException)) {
      failure = failure.getCause();
    }
    return failure;
  }

  private static String message(Throwable failure) {
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": does not exist. Check the path.";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": access is denied. Check its permissions and its owner.";
    }
    if (failure instanceof FileAlreadyExistsException there) {
      return there.getFile() + ": exists already. Choose another name, or remove it.";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getFile() + ": " + system.getReason();
    }
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
