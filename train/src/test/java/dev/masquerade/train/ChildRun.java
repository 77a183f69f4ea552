package dev.masquerade.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** A run in a process of its own, which writes down every step as it goes. */
final class ChildRun {

  private ChildRun() {}

  /** Arguments: run file, output directory, trace file, resume, changes. */
  public static void main(String[] arguments) throws Exception {
    Path trace = Path.of(arguments[2]);
    String[] changes = Arrays.copyOfRange(arguments, 4, arguments.length);
    TinyRun.training()
        .run(
            new RunRequest(
                TinyRun.config(Path.of(arguments[0]), Path.of(arguments[1]), changes),
                Boolean.parseBoolean(arguments[3]),
                List.of("test")),
            new Trace(trace),
            new StopRequest());
  }

  /** Writes step, loss, gradient norm and the keys of the samples, bit for bit, line by line. */
  record Trace(Path file) implements ProgressListener {
    @Override
    public void stepped(StepReport report) {
      String line =
          report.step()
              + " "
              + Double.toHexString(report.loss())
              + " "
              + Double.toHexString(report.gradientNorm())
              + " "
              + String.join(",", report.keys())
              + "\n";
      try {
        Files.write(
            file,
            line.getBytes(StandardCharsets.UTF_8),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
