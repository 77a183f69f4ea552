package dev.masquerade.data.plan;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Which data set of a mixture serves which place of the global order: a pure function of the seed
 * and the place, drawn in blocks so that going through many places is cheap. Used by one thread.
 */
final class DatasetChoice {

  private static final int BLOCK = 4096;

  private final double[] cumulative;
  private final SampleStreams streams;
  private long position;
  private @Nullable UniformRandomProvider block;

  DatasetChoice(List<PlannedDataset> datasets, SampleStreams streams) {
    this.streams = streams;
    this.cumulative = new double[datasets.size()];
    double sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      sum += datasets.get(i).weight();
      cumulative[i] = sum;
    }
  }

  /** Returns the data set of the next place. */
  int next() {
    if (cumulative.length == 1) {
      return 0;
    }
    UniformRandomProvider rng = block;
    if (rng == null || position % BLOCK == 0) {
      rng = streams.stream(position / BLOCK, "", Purpose.MIXTURE);
      block = rng;
    }
    position++;
    double drawn = rng.nextDouble() * cumulative[cumulative.length - 1];
    int chosen = 0;
    while (chosen < cumulative.length - 1 && drawn >= cumulative[chosen]) {
      chosen++;
    }
    return chosen;
  }
}
