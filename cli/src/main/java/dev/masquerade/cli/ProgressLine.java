package dev.masquerade.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error, all of one look. */
final class ProgressLine {

  private static final int UPDATE_MS = 500;

  private ProgressLine() {}

  /**
   * Starts a bar; the caller closes it.
   *
   * @param task what is counted
   * @param total how much there is
   */
  static ProgressBar start(String task, long total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUpdateIntervalMillis(System.console() == null ? 10 * UPDATE_MS : UPDATE_MS)
        .setStyle(ProgressBarStyle.ASCII)
        .continuousUpdate()
        .build();
  }
}
