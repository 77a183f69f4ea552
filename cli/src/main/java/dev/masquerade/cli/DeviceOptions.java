package dev.masquerade.cli;

import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.NoSuchDeviceException;
import dev.masquerade.train.config.PrecisionChoice;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where a model computes, and in which arithmetic. */
final class DeviceOptions {

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
      description = "Arithmetic of the model (auto: what the device gains most from).")
  private PrecisionChoice precision = PrecisionChoice.AUTO;

  /** Opens a model on a device. */
  @FunctionalInterface
  interface Opening<T> {
    T on(DeviceChoice device, PrecisionChoice precision) throws IOException;
  }

  /** Names the option where the engine, which knows of runs, names a run's field. */
  <T> T open(Opening<T> opening) throws IOException {
    try {
      return opening.on(device, precision);
    } catch (NoSuchDeviceException e) {
      throw new MistakeException(
          String.valueOf(e.getMessage()).replaceFirst("^train\\.device", "--device"));
    }
  }
}
