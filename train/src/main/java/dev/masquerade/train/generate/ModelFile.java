package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.train.config.MissingManifests;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of weights, and what lies around it.
 *
 * @param weights the file
 */
record ModelFile(Path weights) {

  private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);

  /** Finds the weights that a path means, see {@link Generator#open}. */
  static ModelFile of(Path path) throws IOException {
    return new ModelFile(CheckpointPath.weights(path));
  }

  /** Returns the directory of weights that describe themselves, else the file. */
  Path stored() {
    Path directory = weights.toAbsolutePath().getParent();
    return directory != null
            && weights.endsWith("model.safetensors")
            && Files.exists(directory.resolve("config.json"))
        ? directory
        : weights;
  }

  /** Returns the modalities of the model without opening more of it than its description. */
  List<ModalityName> modalities() throws IOException {
    try (StoredModel model = StoredModel.open(stored())) {
      return model.description().modalities().stream().map(ModalitySpec::name).toList();
    }
  }

  /**
   * Reads the run whose checkpoint the file is; empty where it is no run's, or its data are gone.
   */
  Optional<RunConfig> run(ModalityCatalogue catalogue) throws IOException {
    Path directory = weights.toAbsolutePath().normalize().getParent();
    for (int up = 0; up < 2 && directory != null; up++) {
      directory = directory.getParent();
    }
    if (directory == null || !Files.isRegularFile(directory.resolve("run.textproto"))) {
      return Optional.empty();
    }
    Path file = directory.resolve("run.textproto");
    List<Path> missing = MissingManifests.of(file);
    if (!missing.isEmpty()) {
      LOG.warn(
          "{}: its data are gone, {} does not exist. What its modalities are is guessed from the"
              + " model; name tokenizers with --tokenizer, or put the data back.",
          file,
          missing.get(0));
      return Optional.empty();
    }
    return Optional.of(new RunConfigReader(catalogue.names()).read(file));
  }

  /** Tells the weights from all others: file, size and time. */
  String stamp() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d bytes of %s",
        weights.toAbsolutePath().normalize(),
        Files.size(weights),
        Files.getLastModifiedTime(weights).toInstant());
  }
}
