package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ShardedTensors;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The shapes in which the files of a model lie on disk. */
public enum Packaging {
  /** A directory with {@code config.json} and the weights, as models are released. */
  HUB {
    @Override
    Path inside(Path root) {
      return root;
    }

    @Override
    void finish(Path root) {}
  },
  /** A run directory with a single checkpoint, of step 0. */
  RUN {
    @Override
    Path inside(Path root) {
      return root.resolve("checkpoints").resolve(FIRST);
    }

    @Override
    void finish(Path root) throws IOException {
      Files.writeString(root.resolve("checkpoints").resolve("LATEST"), FIRST + "\n");
    }
  };

  private static final String FIRST = "step-0";
  private static final int MOST_ATTEMPTS = 1000;

  /** Returns the directory for the files of a model. */
  abstract Path inside(Path root);

  /** Writes what stands beside them. */
  abstract void finish(Path root) throws IOException;

  /** Writes the files of a model into a directory. */
  @FunctionalInterface
  interface Filling {
    /** Writes. */
    void into(Path directory) throws IOException;
  }

  /**
   * Makes a directory, which appears when it is whole.
   *
   * @throws FileAlreadyExistsException if there is something of its name
   */
  void make(Path target, Filling filling) throws IOException {
    Path making = newDirectory(requireFree(target));
    try {
      Path inside = Files.createDirectories(inside(making));
      filling.into(inside);
      finish(making);
      Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      remove(making);
      throw e;
    }
  }

  /**
   * Refuses a place that is taken, and makes the directory it is in.
   *
   * @return that directory
   */
  static Path requireFree(Path target) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    if (Files.exists(target) || parent == null) {
      throw new FileAlreadyExistsException(target.toString());
    }
    return Files.createDirectories(parent);
  }

  /**
   * Makes a directory of a name that nothing has, beside others. Whoever may read those may read
   * it, unlike a temporary one.
   */
  static Path newDirectory(Path parent) throws IOException {
    for (int attempt = 0; ; attempt++) {
      String name = ".converting-" + ProcessHandle.current().pid() + "-" + attempt;
      try {
        return Files.createDirectory(parent.resolve(name));
      } catch (FileAlreadyExistsException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Copies the files of a stored model, byte by byte: the order of their header, metadata, types
   * and tensors that stand under two names stay as they are.
   *
   * @param weights a safetensors file, or the index of several, with {@code config.json} beside it
   *     or its config in its metadata
   * @param model written beside a single file that holds its config itself, so that the directory
   *     has one
   * @return what was copied
   * @throws InvalidWeightsException if the model is damaged or does not belong to its config
   */
  public List<Path> copy(Path weights, Path target, ModelDescription model) throws IOException {
    List<Path> files = new ArrayList<>(List.of(weights));
    try (TensorSource source = TensorSource.open(weights)) {
      if (source instanceof ShardedTensors shards) {
        files.addAll(shards.files());
      }
    }
    Path config = weights.resolveSibling(StoredModel.CONFIG);
    if (Files.isRegularFile(config)) {
      files.add(config);
    }
    make(
        target,
        directory -> {
          for (Path file : files) {
            boolean main = file.equals(weights) && !ShardedTensors.isIndex(file);
            String name = main ? StoredModel.WEIGHTS : String.valueOf(file.getFileName());
            Files.copy(file, directory.resolve(name));
          }
          boolean directoryOfItsOwn =
              weights.endsWith(StoredModel.WEIGHTS) || weights.endsWith(StoredModel.INDEX);
          if (!directoryOfItsOwn && !Files.exists(directory.resolve(StoredModel.CONFIG))) {
            ConfigJson.write(model, directory.resolve(StoredModel.CONFIG));
          }
        });
    return files;
  }
}
