package dev.masquerade.train.evaluate;

import java.util.List;

/**
 * What to generate and measure.
 *
 * @param samples held-out samples per task, fewer where there are fewer
 * @param priorSamples training samples that the no-input prior is made from
 * @param batchSize samples generated together
 * @param tasks empty for every input with every target
 * @param seed of all plans
 */
public record GenerationSettings(
    int samples, int priorSamples, int batchSize, List<GenerationTask> tasks, long seed) {

  /** Every pair, on enough samples for two digits. */
  public static final GenerationSettings DEFAULT =
      new GenerationSettings(64, 512, 32, List.of(), 0);

  public GenerationSettings {
    tasks = List.copyOf(tasks);
    if (samples < 1 || priorSamples < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "samples, priorSamples and batchSize must be at least 1, were "
              + samples
              + ", "
              + priorSamples
              + " and "
              + batchSize);
    }
  }

  /** Returns the same with another number of held-out samples. */
  public GenerationSettings withSamples(int count) {
    return new GenerationSettings(count, priorSamples, batchSize, tasks, seed);
  }

  /** Returns the same for some tasks only. */
  public GenerationSettings withTasks(List<GenerationTask> chosen) {
    return new GenerationSettings(samples, priorSamples, batchSize, chosen, seed);
  }
}
