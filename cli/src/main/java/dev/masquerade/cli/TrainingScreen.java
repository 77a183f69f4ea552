package dev.masquerade.cli;

import dev.masquerade.train.ProgressListener;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunSummary;
import dev.masquerade.train.StepReport;
import dev.masquerade.train.metric.MetricRecord;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows a run on the terminal: what it is, a live bar, and a line per validation. */
final class TrainingScreen implements ProgressListener, AutoCloseable {

  private static final int REFRESH_MS = 200;

  private final PrintStream out = System.err;
  private @Nullable ProgressBar bar;
  private long lastRefresh;

  @Override
  public void started(RunSummary summary) {
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters, %s, %s, step %d of %d%n",
        summary.name(),
        summary.parameters(),
        summary.device(),
        summary.precision(),
        summary.finishedSteps(),
        summary.totalSteps());
    bar = ProgressLine.start("train", summary.totalSteps());
    bar.stepTo(summary.finishedSteps());
  }

  @Override
  public void stepped(StepReport report) {
    long now = System.nanoTime() / 1_000_000;
    if (bar == null || now - lastRefresh < REFRESH_MS && report.step() < report.totalSteps()) {
      return;
    }
    lastRefresh = now;
    bar.stepTo(report.step());
    bar.setExtraMessage(describe(report));
  }

  /**
   * For example {@code loss 3.21 (1.2 caption, ...) 312 samples/s 41k tokens/s data 2% left 4:05}.
   */
  static String describe(StepReport report) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "loss %.3f", report.loss()));
    StepReport.Pace pace = report.pace();
    text.append(
        String.format(
            Locale.ROOT,
            ", %.0f samples/s, %.0f tokens/s, waits for data %.0f%%, left %s",
            pace.samplesPerSecond(),
            pace.tokensPerSecond(),
            100 * pace.dataWaitShare(),
            clock(pace.timeLeft())));
    report
        .modalities()
        .forEach(
            loss ->
                text.append(String.format(Locale.ROOT, ", %s %.2f", loss.modality(), loss.loss())));
    return text.toString();
  }

  private static String clock(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  @Override
  public void validated(MetricRecord record) {
    Double loss = record.values().get("loss");
    if (loss != null) {
      out.printf(Locale.ROOT, "%nstep %d, held out: loss %.4f%n", record.step(), loss);
    }
  }

  @Override
  public void finished(RunOutcome outcome) {
    close();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
