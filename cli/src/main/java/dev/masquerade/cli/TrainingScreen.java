package dev.masquerade.cli;

import dev.masquerade.train.ProgressListener;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunSummary;
import dev.masquerade.train.StepReport;
import dev.masquerade.train.metric.MetricRecord;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows a run on the terminal: what it is, a live bar, and a line per validation. */
final class TrainingScreen implements ProgressListener, AutoCloseable {

  private static final int REFRESH_MS = 200;

  private @Nullable ProgressBar bar;
  private long lastRefresh;

  @Override
  public void started(RunSummary summary) {
    Screen.line(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters, %s, %s, step %d of %d",
            summary.name(),
            summary.parameters(),
            summary.device(),
            summary.precision(),
            summary.finishedSteps(),
            summary.totalSteps()));
    bar = ProgressLine.start("train", summary.totalSteps(), summary.finishedSteps());
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

  /** The loss, the pace, and the loss of each modality as far as the line is wide. */
  static String describe(StepReport report) {
    StepReport.Pace pace = report.pace();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "loss %.3f, %.0f samples/s, %.1fk tokens/s, data %.0f%%",
                report.loss(),
                pace.samplesPerSecond(),
                pace.tokensPerSecond() / 1000,
                100 * pace.dataWaitShare()));
    report
        .modalities()
        .forEach(
            loss ->
                text.append(String.format(Locale.ROOT, ", %s %.2f", loss.modality(), loss.loss())));
    Double used = report.measures().get("codes_used");
    Double perplexity = report.measures().get("code_perplexity");
    if (used != null && perplexity != null) {
      text.append(
          String.format(
              Locale.ROOT, ", %.0f%% of codes used, perplexity %.1f", 100 * used, perplexity));
    }
    return text.toString();
  }

  @Override
  public void validated(MetricRecord record) {
    Double loss = record.values().get("loss");
    if (loss != null) {
      Screen.line(String.format(Locale.ROOT, "step %d, held out: loss %.4f", record.step(), loss));
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
