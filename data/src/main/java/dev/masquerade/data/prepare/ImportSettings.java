package dev.masquerade.data.prepare;

import dev.masquerade.modality.ModalityCatalogue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How a user's own files become a data set.
 *
 * @param name of the data set
 * @param catalogue all kinds of modality; some are declared only where {@code types} asks for them
 * @param types what members are that do not go by the name of their plugin: member to plugin
 * @param size edge of the frame of pictures and token grids, in pixels
 * @param textTokenizer tokenizer of text; absent leaves it to be declared later
 * @param validationFraction part of the samples, or shards, that is held out, in {@code [0, 1)}
 * @param samplesPerShard samples in each tar that is written
 */
public record ImportSettings(
    String name,
    ModalityCatalogue catalogue,
    Map<String, String> types,
    int size,
    Optional<Path> textTokenizer,
    double validationFraction,
    int samplesPerShard) {

  /** Samples in a tar unless told otherwise. */
  public static final int DEFAULT_SAMPLES_PER_SHARD = 1000;

  public ImportSettings {
    types = Map.copyOf(types);
    if (name.isEmpty() || size < 1 || samplesPerShard < 1) {
      throw new IllegalArgumentException(
          "a name is needed, and size and samplesPerShard must be at least 1, were \""
              + name
              + "\", "
              + size
              + " and "
              + samplesPerShard);
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction must lie in [0, 1), was " + validationFraction);
    }
  }
}
