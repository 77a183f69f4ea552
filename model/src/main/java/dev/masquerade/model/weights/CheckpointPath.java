package dev.masquerade.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    if (Files.exists(path.resolve(StoredModel.WEIGHTS))) {
      return path.resolve(StoredModel.WEIGHTS);
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
    return checkpoints.resolve(name).resolve(StoredModel.WEIGHTS);
  }
}
