package dev.masquerade.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the weights that a path means. */
public final class CheckpointPath {

  private static final String CHECKPOINTS = "checkpoints";
  private static final String LATEST = "LATEST";

  private CheckpointPath() {}

  /**
   * Finds a file of tensors.
   *
   * @param path the file itself, a directory with {@code model.safetensors}, or a run directory,
   *     whose latest checkpoint is meant
   * @throws InvalidWeightsException if there is none
   */
  public static Path weights(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new InvalidWeightsException(path, "there is no such file or directory");
    }
    if (!Files.isDirectory(path)) {
      return path;
    }
    Path inside = inDirectory(path);
    if (Files.exists(inside)) {
      return inside;
    }
    Path checkpoints =
        Files.isDirectory(path.resolve(CHECKPOINTS)) ? path.resolve(CHECKPOINTS) : path;
    Path latest = checkpoints.resolve(LATEST);
    if (!Files.isRegularFile(latest)) {
      throw new InvalidWeightsException(
          path,
          "holds no checkpoint: neither "
              + StoredModel.WEIGHTS
              + " nor "
              + CHECKPOINTS
              + "/"
              + LATEST
              + ". Name a run directory, a checkpoint or a file of tensors");
    }
    String name = Files.readString(latest).strip();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new InvalidWeightsException(latest, "does not name a checkpoint: \"" + name + "\"");
    }
    return inDirectory(checkpoints.resolve(name));
  }

  /**
   * Finds the weights in a directory: one file, or the index of several. Where there is neither,
   * the one file is meant.
   *
   * @throws InvalidWeightsException if there are several files but no index
   */
  static Path inDirectory(Path directory) throws IOException {
    Path single = directory.resolve(StoredModel.WEIGHTS);
    Path index = directory.resolve(StoredModel.INDEX);
    if (Files.exists(single) || !Files.isDirectory(directory)) {
      return single;
    }
    if (Files.exists(index)) {
      return index;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> parts =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.matches("model-[0-9]{5}-of-[0-9]{5}\\.safetensors"))
              .sorted()
              .toList();
      if (!parts.isEmpty()) {
        throw new InvalidWeightsException(
            directory,
            "holds parts of a model ("
                + String.join(", ", parts)
                + ") without their index "
                + StoredModel.INDEX
                + ". Copy it beside them");
      }
    }
    return single;
  }
}
