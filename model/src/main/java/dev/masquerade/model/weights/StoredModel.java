package dev.masquerade.model.weights;

import dev.masquerade.model.lora.FusedTensors;
import dev.masquerade.model.weights.pickle.PickledFile;
import dev.masquerade.model.weights.released.ModelParts;
import dev.masquerade.model.weights.released.RecognisedWeights;
import dev.masquerade.model.weights.released.WeightChoice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model as it lies on disk: a directory with {@code config.json} and {@code model.safetensors}
 * (or several files and their index), a safetensors file with its config in its metadata or beside
 * it, or what a training program for 4M models or their tokenizers saved, with or without a config.
 */
public final class StoredModel implements Closeable {

  /** Name of the weights in a directory. */
  public static final String WEIGHTS = "model.safetensors";

  /** Name of the index in a directory whose weights are in several files. */
  public static final String INDEX = "model.safetensors.index.json";

  /** Name of the config in a directory. */
  public static final String CONFIG = "config.json";

  private final ModelDescription description;
  private final TensorSource tensors;
  private final Optional<ModelParts> taken;

  private StoredModel(
      ModelDescription description, TensorSource tensors, Optional<ModelParts> taken) {
    this.description = description;
    this.tensors = tensors;
    this.taken = taken;
  }

  /**
   * Opens a model.
   *
   * @param path the directory or the file
   * @throws InvalidWeightsException if there is no model, or one whose parts do not belong together
   */
  public static StoredModel open(Path path) throws IOException {
    return open(path, WeightChoice.AUTO);
  }

  /**
   * Opens a model.
   *
   * @param path the directory or the file
   * @param choice which model is meant, where a training program's file holds several
   * @throws InvalidWeightsException if there is no model, or one whose parts do not belong together
   */
  public static StoredModel open(Path path, WeightChoice choice) throws IOException {
    return open(path, choice, OptionalDouble.empty());
  }

  /**
   * Opens a model whose adapters another program wrote, without their scale, as the one that
   * computes the same without them.
   *
   * @param scale what adapters are multiplied with
   */
  public static StoredModel openFused(Path path, WeightChoice choice, double scale)
      throws IOException {
    return open(path, choice, OptionalDouble.of(scale));
  }

  private static StoredModel open(Path path, WeightChoice choice, OptionalDouble scale)
      throws IOException {
    boolean directory = Files.isDirectory(path);
    TensorSource file = TensorSource.open(directory ? CheckpointPath.inDirectory(path) : path);
    try {
      Optional<ModelParts> parts = ModelParts.of(file, choice);
      Optional<ModelParts> taken = parts.filter(found -> !found.isWhole());
      TensorSource named = taken.isPresent() ? taken.get().tensors(file) : file;
      TensorSource tensors =
          scale.isPresent() ? new FusedTensors(named, scale.getAsDouble()) : named;
      Path config = file.path().resolveSibling(CONFIG);
      Optional<ModelDescription> inside =
          directory && Files.exists(config) ? Optional.empty() : ConfigJson.readMetadata(tensors);
      ModelDescription description;
      if (inside.isPresent()) {
        description = inside.get();
      } else if (parts.isPresent() && file instanceof PickledFile && !Files.exists(config)) {
        description =
            BareTokenizer.isTokenizer(tensors)
                ? BareTokenizer.describe(tensors)
                : BareConfig.describe(tensors);
      } else {
        description = ConfigJson.read(config, tensors);
      }
      return new StoredModel(description, tensors, taken);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Says whether a file of tensors tells what model it is: by what its writer wrote down in or
   * beside it, or by being a training program's file with a 4M model or a tokenizer.
   */
  public static boolean describesItself(Path file) throws IOException {
    boolean main = file.endsWith(WEIGHTS) || file.endsWith(INDEX);
    if (main && Files.exists(file.resolveSibling(CONFIG))) {
      return true;
    }
    try (TensorSource tensors = TensorSource.open(file)) {
      return ConfigJson.readMetadata(tensors).isPresent()
          || (tensors instanceof PickledFile
              && ModelParts.of(tensors, WeightChoice.AUTO).isPresent());
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

  /** Returns which of a file's models this is, where it is not the file as a whole. */
  public Optional<ModelParts> taken() {
    return taken;
  }

  /**
   * Returns the model with its adapters made part of the maps they stand beside: one that computes
   * the same without them. The model itself where it has none. Close either of the two.
   *
   * @throws InvalidWeightsException if parts of adapters are missing
   */
  public StoredModel fused() throws IOException {
    if (!(description instanceof FourMDescription model) || model.config().lora().isEmpty()) {
      return this;
    }
    return new StoredModel(
        model.withoutAdapters(),
        new FusedTensors(tensors, model.config().lora().get().scale()),
        taken);
  }

  /**
   * Compares its weights with its description. Weights of a vision transformer may stand under the
   * names of any scheme that is known, because a description says nothing of names.
   */
  public WeightMatch match() throws IOException {
    ParameterLayout layout = description.layout();
    WeightMatch match = WeightMatch.of(layout, tensors);
    if (match.fits()) {
      return match;
    }
    RecognisedWeights recognised = RecognisedWeights.of(tensors);
    if (recognised.stored().isEmpty()) {
      return match;
    }
    WeightMatch renamed = WeightMatch.of(layout, recognised.asMae(tensors));
    return renamed.fits() ? renamed : match;
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
