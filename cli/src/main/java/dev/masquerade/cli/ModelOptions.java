package dev.masquerade.cli;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.embed.HeadCounts;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embed.SampleFeatures;
import dev.masquerade.train.generate.ThinkingFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that show images to a trained model. */
final class ModelOptions {

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

  @Mixin private DeviceOptions devices;

  @Option(
      names = "--heads",
      defaultValue = "0",
      description = "Attention heads of a file's encoder, where nothing tells (width / 64).")
  private int heads;

  @Option(
      names = "--decoder-heads",
      defaultValue = "0",
      description = "Attention heads of a file's decoder, where nothing tells (16).")
  private int decoderHeads;

  /** Opens a model; the caller closes it. */
  ImageModel open(Path path) throws IOException {
    return devices.open(
        (device, precision) -> ImageModel.open(path, device, precision, headCounts()));
  }

  /** Opens a model that has a decoder; the caller closes it. */
  ImageModel openAutoencoder(Path path) throws IOException {
    return devices.open(
        (device, precision) -> ImageModel.openAutoencoder(path, device, precision, headCounts()));
  }

  /** Opens a run over the samples of a data set; the caller closes it. */
  SampleFeatures samples(
      Path path, ImageArguments images, Path manifest, String split, List<String> see)
      throws IOException {
    if (size > 0 || interpolate) {
      throw new MistakeException("--size and --interpolate are about pictures, not about --see.");
    }
    return devices.open(
        (device, precision) -> images.samples(path, manifest, split, see, device, precision));
  }

  /** Opens an encoder that first predicts modalities; the caller closes it. */
  ThinkingFeatures thinking(Path path, ImageArguments images, List<String> think, Pooling pooling)
      throws IOException {
    if (size > 0 || interpolate) {
      throw new MistakeException(
          "--size and --interpolate do not go with --think: a model predicts in its own size.");
    }
    return devices.open(
        (device, precision) -> images.thinking(path, think, pooling, device, precision));
  }

  private HeadCounts headCounts() {
    if (heads < 0 || decoderHeads < 0) {
      throw new MistakeException("--heads and --decoder-heads must be at least 1.");
    }
    return new HeadCounts(heads, decoderHeads);
  }

  /** Returns the image a model is to see. */
  ModalitySpec image(ImageModel model) {
    return model.imageOf(size, interpolate);
  }
}
