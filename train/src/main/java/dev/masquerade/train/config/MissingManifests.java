package dev.masquerade.train.config;

import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.proto.run.v1.Data;
import dev.masquerade.proto.run.v1.DataSource;
import dev.masquerade.proto.run.v1.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds out whether a run's data sets are still where it was trained on them. */
public final class MissingManifests {

  private MissingManifests() {}

  /**
   * Returns the manifests that a run names and that are not there. A file that cannot be read names
   * none; {@link RunConfigReader} says what is wrong with it.
   *
   * @param file of the run
   */
  public static List<Path> of(Path file) {
    Data data =
        MessageReader.read(file, Run.getDefaultInstance(), new Problems()).message().getData();
    List<DataSource> sources = new ArrayList<>(data.getSourcesList());
    if (data.hasValidation()) {
      sources.add(data.getValidation());
    }
    return sources.stream()
        .map(DataSource::getManifest)
        .filter(manifest -> !manifest.isEmpty())
        .map(manifest -> RunPaths.resolve(file, manifest))
        .filter(manifest -> !Files.exists(manifest))
        .distinct()
        .toList();
  }
}
