package dev.masquerade.cli;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.ImageModel;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that show images to a trained model. */
final class ModelOptions {

  @Option(
      names = "--pool",
      paramLabel = "cls|mean|max",
      description =
          "What becomes of an image's tokens: the class token, or mean or maximum of its patches"
              + " (what the model's own head sees).")
  private @Nullable PoolChoice pool;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Edge of the images (what the model was trained on).")
  private int size;

  @Option(
      names = "--interpolate",
      description = "Resize the model's position table where --size is another than its own.")
  private boolean interpolate;

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

  /** Opens a model; the caller closes it. */
  ImageModel open(Path path) throws IOException {
    return ImageModel.open(path, device, precision);
  }

  /** Returns the image a model is to see. */
  ModalitySpec image(ImageModel model) {
    return model.imageOf(size, interpolate);
  }

  /** Composes a model's encoder; the caller closes it before the model. */
  EncoderFeatures encoder(ImageModel model, int batchSize) {
    Pooling pooling = pool == null ? EncoderFeatures.usual(model) : pool.pooling();
    return new EncoderFeatures(model, image(model), pooling, batchSize);
  }
}
