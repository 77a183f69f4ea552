package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.engine.ComputeEngine;
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
  private final TokenizerDevice device;
  private final Object lock = new Object();
  private @Nullable FrameTokenizer loaded;
  private @Nullable String fingerprint;

  /**
   * Names a network.
   *
   * @param path of the weights
   * @param device asked when the network is first used
   */
  LoadedNetwork(Path path, int vocabularySize, TokenizerDevice device) {
    this.device = device;
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
      TokenizerDevice.Choice choice = device.choice();
      Parameters parameters =
          Parameters.create(
              stored.description().layout(),
              ComputeEngine.start().device(choice.device()),
              match::valuesOrKnown);
      return compose((TokenizerDescription) stored.description(), parameters, choice.precision());
    } catch (IOException e) {
      throw new InvalidSettingsException("tokenizer", path + " cannot be read: " + e.getMessage());
    }
  }

  /** Hands parameters over to a tokenizer, or closes them where there will be none. */
  static FrameTokenizer compose(
      TokenizerDescription description, Parameters parameters, Precision precision) {
    try {
      return description.tokenizer(parameters, precision);
    } catch (RuntimeException | Error e) {
      parameters.close();
      throw e;
    }
  }

  /**
   * Returns the SHA-256 of all files of weights and of the config beside them, and the arithmetic
   * where it is not that of 32 bits.
   */
  String fingerprint() {
    synchronized (lock) {
      String known = fingerprint;
      if (known == null) {
        known = digest();
        fingerprint = known;
      }
      return device.choice().precision() == Precision.FP32
          ? known
          : known + "-" + device.choice().precision();
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
