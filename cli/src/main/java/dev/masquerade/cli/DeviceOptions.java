package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.NoSuchDeviceException;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.config.PrecisionChoice;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where a model and its tokenizers compute, and in which arithmetic. */
final class DeviceOptions {

  private final TokenizerDevice tokenizers;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu",
      defaultValue = "AUTO",
      description = "Where to compute (auto).")
  private DeviceChoice device = DeviceChoice.AUTO;

  @Option(
      names = "--precision",
      paramLabel = "auto|fp32|bf16",
      defaultValue = "AUTO",
      description =
          "Arithmetic (auto: what the device gains most from for models, fp32 for tokenizers).")
  private PrecisionChoice precision = PrecisionChoice.AUTO;

  @Inject
  DeviceOptions(TokenizerDevice tokenizers) {
    this.tokenizers = tokenizers;
  }

  /** Opens a model on a device. */
  @FunctionalInterface
  interface Opening<T> {
    T on(DeviceChoice device, PrecisionChoice precision) throws IOException;
  }

  /**
   * Sends tokenizers to the device. They compute in 32 bits unless told otherwise, whatever the
   * device gains most from: ids near a tie depend on it.
   */
  void place() {
    if (device == DeviceChoice.GPU && ComputeEngine.start().gpuCount() == 0) {
      throw new MistakeException(
          "--device gpu: no GPU was found. Leave the option out, or write --device cpu.");
    }
    boolean half = precision == PrecisionChoice.BF16;
    tokenizers.choose(new TokenizerDevice.Choice(device, half ? Precision.BF16 : Precision.FP32));
  }

  /**
   * Opens a model, and sends its tokenizers to the same device. Names the option where the engine,
   * which knows of runs, names a run's field.
   */
  <T> T open(Opening<T> opening) throws IOException {
    tokenizers.choose(device);
    try {
      return opening.on(device, precision);
    } catch (NoSuchDeviceException e) {
      throw new MistakeException(
          String.valueOf(e.getMessage()).replaceFirst("^train\\.device", "--device"));
    }
  }
}
