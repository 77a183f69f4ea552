package dev.masquerade.model.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model as it lies on disk: a directory with {@code config.json} and {@code model.safetensors},
 * or a safetensors file with its config in its metadata or beside it.
 */
public final class StoredModel implements Closeable {

  /** Name of the weights in a directory. */
  public static final String WEIGHTS = "model.safetensors";

  /** Name of the config in a directory. */
  public static final String CONFIG = "config.json";

  private final ModelDescription description;
  private final TensorSource tensors;

  private StoredModel(ModelDescription description, TensorSource tensors) {
    this.description = description;
    this.tensors = tensors;
  }

  /**
   * Opens a model.
   *
   * @param path the directory or the safetensors file
   * @throws InvalidWeightsException if there is no model, or one whose parts do not belong together
   */
  public static StoredModel open(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    TensorSource tensors = TensorSource.open(directory ? path.resolve(WEIGHTS) : path);
    try {
      Path config = tensors.path().resolveSibling(CONFIG);
      Optional<ModelDescription> inside =
          directory && Files.exists(config) ? Optional.empty() : ConfigJson.readMetadata(tensors);
      return new StoredModel(
          inside.isPresent() ? inside.get() : ConfigJson.read(config, tensors), tensors);
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /** Says whether what wrote a file of tensors wrote down, in or beside it, what model it is. */
  public static boolean describesItself(Path file) throws IOException {
    if (file.endsWith(WEIGHTS) && Files.exists(file.resolveSibling(CONFIG))) {
      return true;
    }
    try (TensorSource tensors = TensorSource.open(file)) {
      return ConfigJson.readMetadata(tensors).isPresent();
    }
  }

  /** Returns what model it is. */
  public ModelDescription description() {
    return description;
  }

  /** Returns its weights. */
  public TensorSource tensors() {
    return tensors;
  }

  /** Compares its weights with its description. */
  public WeightMatch match() throws IOException {
    return WeightMatch.of(description.layout(), tensors);
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
