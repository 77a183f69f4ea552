package dev.masquerade.cli;

import dev.masquerade.train.ProgressListener;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.StepReport;
import dev.masquerade.train.StopRequest;
import dev.masquerade.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How fast this machine trains a run, measured by the first steps of a run that is thrown away.
 *
 * @param samplesPerSecond samples trained on
 * @param step how long one step takes
 */
record Pace(double samplesPerSecond, Duration step) {

  /** The first steps compile kernels, fill the queue of batches and touch memory. */
  private static final int UNMEASURED = 6;

  private static final int MEASURED = 12;

  /** Ends a measured run before it writes anything that takes time. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Notes when steps end. */
  private static final class Watch implements ProgressListener {
    private long started;
    private long samples;
    private long nanos;

    @Override
    public void stepped(StepReport report) {
      if (report.step() == UNMEASURED) {
        started = System.nanoTime();
      } else if (report.step() > UNMEASURED) {
        samples += report.keys().size();
        nanos = System.nanoTime() - started;
      }
      if (report.step() == UNMEASURED + MEASURED) {
        throw new EnoughException();
      }
    }
  }

  /**
   * Measures.
   *
   * @param run makes the request of a run of at least twenty steps that writes to a directory
   */
  static Pace measure(TrainingRun training, Function<Path, RunRequest> run) throws Exception {
    Path directory = Files.createTempDirectory("masquerade-pace");
    Watch watch = new Watch();
    try {
      training.run(run.apply(directory.resolve("run")), watch, new StopRequest());
    } catch (EnoughException e) {
      // All that was wanted is known.
    } finally {
      remove(directory);
    }
    return new Pace(watch.samples / (watch.nanos / 1e9), Duration.ofNanos(watch.nanos / MEASURED));
  }

  private static void remove(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  /** Returns how many steps fit into some time, in fifties, within bounds. */
  int stepsIn(Duration time, int least, int most) {
    long fitting = time.toNanos() / Math.max(1, step.toNanos()) / 50 * 50;
    return (int) Math.max(least, Math.min(most, fitting));
  }

  /** Says what was measured, and what follows for a run of some steps. */
  String describe(int steps) {
    Duration training = step.multipliedBy(steps);
    return String.format(
        Locale.ROOT,
        "this machine makes %.0f samples/s: %,d steps in about %d:%02d minutes; --steps N to"
            + " choose",
        samplesPerSecond,
        steps,
        training.toMinutes(),
        training.toSecondsPart());
  }
}
