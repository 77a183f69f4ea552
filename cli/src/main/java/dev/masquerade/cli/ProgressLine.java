package dev.masquerade.cli;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error, all of one look. */
final class ProgressLine {

  private static final int UPDATE_MS = 500;

  /** Where no one watches, lines pile up in a file: fewer, and as long as they need to be. */
  private static final int LOG_MS = 10_000;

  private static final int LOG_WIDTH = 240;

  private ProgressLine() {}

  /**
   * Starts a bar; the caller closes it.
   *
   * @param task what is counted
   * @param total how much there is
   */
  static ProgressBar start(String task, long total) {
    return start(task, total, 0);
  }

  /**
   * Starts a bar for work that was begun before; the caller closes it.
   *
   * @param task what is counted
   * @param total how much there is
   * @param done how much of it is done
   */
  static ProgressBar start(String task, long total, long done) {
    ProgressBarBuilder bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .continuousUpdate();
    if (System.console() == null) {
      bar.setUpdateIntervalMillis(LOG_MS).setMaxRenderedLength(LOG_WIDTH);
    } else {
      bar.setUpdateIntervalMillis(UPDATE_MS);
    }
    return bar.build();
  }
}
