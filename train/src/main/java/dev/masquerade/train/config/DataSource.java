package dev.masquerade.train.config;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import java.nio.file.Path;

/**
 * A split of a data set that a run reads.
 *
 * @param file the manifest's, absolute
 * @param manifest its content
 * @param split one of the manifest's
 * @param weight share of samples, relative to other sources; more than 0
 */
public record DataSource(Path file, DatasetManifest manifest, Split split, double weight) {
  public DataSource {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be a number above 0, was " + weight);
    }
  }
}
