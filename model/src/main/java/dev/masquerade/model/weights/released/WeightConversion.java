package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.pickle.PickledFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the tensors of a file anew as safetensors, possibly under the names of another scheme.
 * Values and their types stay as they are.
 */
public final class WeightConversion {

  private static final int MOST_REMARKS = 64;
  private static final int LONGEST_REMARK = 1024;

  /**
   * What was written.
   *
   * @param file the safetensors file
   * @param tensors number of tensors in it
   * @param bytes size of the file
   * @param left names of the tensors that were not written
   */
  public record Converted(Path file, int tensors, long bytes, List<String> left) {
    public Converted {
      left = List.copyOf(left);
    }
  }

  private WeightConversion() {}

  /**
   * Converts a file.
   *
   * @param from a file of tensors
   * @param to the file to write, whose name ends in {@code .safetensors}, or the directory to make
   *     with {@code model.safetensors} in it, and {@code config.json} if the tensors keep their
   *     names and one stands beside them
   * @param naming the scheme to write, for vision transformers; empty to keep names, without the
   *     key under which a training program kept its model
   * @param everything whether to write what is not the model's as well, under the names of the file
   * @throws FileAlreadyExistsException if there is something at {@code to} already
   * @throws InvalidWeightsException if the file is damaged, or the scheme has no names for its
   *     tensors
   */
  public static Converted convert(
      TensorSource from, Path to, Optional<Naming> naming, boolean everything) throws IOException {
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Path parent = to.toAbsolutePath().getParent();
    if (parent == null) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Map<String, String> names = names(from, naming, everything);
    Files.createDirectories(parent);
    List<TensorContent> contents = new ArrayList<>();
    // Only borrowed: the caller closes its file.
    TensorSource renamed = new RenamedTensors(from, names);
    for (String name : names.keySet()) {
      contents.add(renamed.content(name));
    }
    boolean single = to.getFileName().toString().endsWith(".safetensors");
    Path directory = single ? parent : Packaging.newDirectory(parent);
    Path file = single ? to : directory.resolve(StoredModel.WEIGHTS);
    try {
      SafetensorsWriter.Written written = SafetensorsWriter.write(file, metadata(from), contents);
      if (!single) {
        Path config = from.path().resolveSibling(StoredModel.CONFIG);
        if (naming.isEmpty() && Files.isRegularFile(config)) {
          Files.copy(config, directory.resolve(StoredModel.CONFIG));
        }
        Files.move(directory, to, StandardCopyOption.ATOMIC_MOVE);
      }
      List<String> left = new ArrayList<>();
      from.tensors().forEach(entry -> left.add(entry.name()));
      left.removeAll(names.values());
      return new Converted(
          single ? to : to.resolve(StoredModel.WEIGHTS), names.size(), written.bytes(), left);
    } catch (IOException | RuntimeException e) {
      if (!single) {
        Files.deleteIfExists(directory.resolve(StoredModel.WEIGHTS));
        Files.deleteIfExists(directory.resolve(StoredModel.CONFIG));
        Files.deleteIfExists(directory);
      }
      throw e;
    }
  }

  /** Returns the file's name of each tensor to be written, by its new name. */
  private static Map<String, String> names(
      TensorSource from, Optional<Naming> naming, boolean everything) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    if (naming.isEmpty()) {
      String wrapper = !everything && from instanceof PickledFile file ? file.wrapper() : "";
      for (TensorEntry entry : from.tensors()) {
        if (entry.name().startsWith(wrapper)) {
          names.put(entry.name().substring(wrapper.length()), entry.name());
        }
      }
    } else {
      RecognisedWeights recognised = RecognisedWeights.of(from).requireVisionTransformer();
      List<String> nameless = new ArrayList<>();
      for (Map.Entry<String, String> tensor : recognised.stored().entrySet()) {
        Optional<String> name = naming.get().name(tensor.getKey());
        if (name.isEmpty()) {
          nameless.add(tensor.getKey());
        } else {
          names.put(name.get(), tensor.getValue());
        }
      }
      if (!nameless.isEmpty()) {
        throw new InvalidWeightsException(
            from.path(),
            "cannot be written under names of "
                + naming.get().title()
                + ", which has none for "
                + String.join(", ", nameless)
                + ". Choose another scheme");
      }
      if (everything) {
        recognised.left().forEach(name -> names.putIfAbsent(name, name));
      }
    }
    if (names.isEmpty()) {
      throw new InvalidWeightsException(from.path(), "holds no tensors");
    }
    return names;
  }

  /** Keeps where the tensors came from, and short remarks that stood beside them. */
  private static Map<String, String> metadata(TensorSource from) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put("converted_from", String.valueOf(from.path().getFileName()));
    String prefix = from instanceof PickledFile ? "checkpoint." : "";
    from.metadata().entrySet().stream()
        .filter(entry -> entry.getValue().length() <= LONGEST_REMARK)
        .limit(MOST_REMARKS)
        .forEach(entry -> metadata.putIfAbsent(prefix + entry.getKey(), entry.getValue()));
    return metadata;
  }
}
