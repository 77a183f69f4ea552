package dev.masquerade.cli;

import dev.masquerade.model.sample.SamplingPlan;
import me.tongfei.progressbar.ProgressBar;

/** Shows how far sampling is: rows times the steps of grids and the tokens of texts. */
final class SamplingBar implements AutoCloseable {

  private final ProgressBar bar;
  private final long total;
  private long done;

  SamplingBar(String task, SamplingPlan plan, int rows) {
    total = rows * plan.targets().stream().mapToLong(target -> target.tokensPerStep().length).sum();
    bar = ProgressLine.start(task, total);
  }

  /** Takes a step of some rows. */
  void step(int rows) {
    done += rows;
    bar.stepTo(Math.min(total, done));
  }

  /** Says that all is made: texts may end before their longest length. */
  void finish() {
    bar.stepTo(total);
  }

  @Override
  public void close() {
    bar.close();
  }
}
