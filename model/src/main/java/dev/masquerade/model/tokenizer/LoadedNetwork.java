package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.WeightMatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stored network whose weights are read when it is first used, and stay as long as the program.
 */
final class LoadedNetwork {

  private final Path path;
  private final int vocabularySize;
  private final Object lock = new Object();
  private @Nullable FrameTokenizer loaded;
  private @Nullable String fingerprint;

  /**
   * Names a network.
   *
   * @param path of the weights
   */
  LoadedNetwork(Path path, int vocabularySize) {
    this.path = path;
    this.vocabularySize = vocabularySize;
  }

  int vocabularySize() {
    return vocabularySize;
  }

  /** Uses the network, one caller at a time. */
  <R> R call(Function<FrameTokenizer, R> use) {
    synchronized (lock) {
      FrameTokenizer network = loaded;
      if (network == null) {
        network = load();
        loaded = network;
      }
      return use.apply(network);
    }
  }

  private FrameTokenizer load() {
    try (StoredModel stored = StoredModel.open(path)) {
      WeightMatch match = stored.match().require();
      Parameters parameters =
          Parameters.create(
              stored.description().layout(),
              ComputeEngine.start().device(DeviceChoice.AUTO),
              match::values);
      return ((TokenizerDescription) stored.description()).tokenizer(parameters, Precision.FP32);
    } catch (IOException e) {
      throw new InvalidSettingsException("tokenizer", path + " cannot be read: " + e.getMessage());
    }
  }

  /** Returns the SHA-256 of all files of weights and of the config beside them. */
  String fingerprint() {
    synchronized (lock) {
      String known = fingerprint;
      if (known == null) {
        known = digest();
        fingerprint = known;
      }
      return known;
    }
  }

  private String digest() {
    try {
      return NetworkFiles.of(path).digest();
    } catch (IOException e) {
      throw new InvalidSettingsException("tokenizer", path + " cannot be read: " + e.getMessage());
    }
  }
}
