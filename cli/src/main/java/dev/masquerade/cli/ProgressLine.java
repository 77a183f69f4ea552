package dev.masquerade.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/** Progress on standard error, all of one look: a live bar, or now and then a line in a file. */
final class ProgressLine {

  private static final int UPDATE_MS = 500;

  /** Where no one watches, lines pile up in a file. */
  private static final int LOG_MS = 30_000;

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
            .continuousUpdate();
    if (Screen.isWatched()) {
      bar.setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(UPDATE_MS)
          .setConsumer(new LiveBar());
    } else {
      bar.setUpdateIntervalMillis(LOG_MS)
          .setRenderer((state, width) -> describe(state))
          .setConsumer(new DelegatingProgressBarConsumer(new LogLines(), LOG_WIDTH));
    }
    return bar.build();
  }

  /** Says in words what a bar would show. */
  private static String describe(ProgressState state) {
    long done = state.getCurrent();
    Duration taken = state.getElapsedAfterStart();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %d of %d, %s",
            state.getTaskName(),
            done,
            state.getMax(),
            clock(taken)));
    long fresh = done - state.getStart();
    if (fresh > 0 && done < state.getMax()) {
      Duration left = taken.multipliedBy(state.getMax() - done).dividedBy(fresh);
      text.append(", ").append(clock(left)).append(" left");
    }
    if (!state.getExtraMessage().isEmpty()) {
      text.append(", ").append(state.getExtraMessage().strip());
    }
    return text.toString();
  }

  private static String clock(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /** Lines of a log; a bar says its last one twice. */
  private static final class LogLines implements Consumer<String> {
    private String last = "";

    @Override
    public void accept(String rendered) {
      if (!rendered.equals(last)) {
        Screen.line(rendered);
        last = rendered;
      }
    }
  }

  /** A bar as wide as the terminal, that gives way to other lines. */
  private static final class LiveBar extends ConsoleProgressBarConsumer {

    LiveBar() {
      super(System.err);
    }

    @Override
    public void accept(String rendered) {
      Screen.draw(rendered);
    }

    @Override
    public void close() {
      Screen.settle();
    }
  }
}
