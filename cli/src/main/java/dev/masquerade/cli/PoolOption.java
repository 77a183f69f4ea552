package dev.masquerade.cli;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.ImageModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option of commands that make one vector of an image. */
final class PoolOption {

  @Option(
      names = "--pool",
      paramLabel = "cls|mean|max",
      description =
          "What becomes of an image's tokens: the class token, or mean or maximum of its patches"
              + " (what the model's own head sees).")
  private @Nullable PoolChoice pool;

  /** Says whether the command line names one. */
  boolean given() {
    return pool != null;
  }

  /** Returns what becomes of the tokens of a sample, for which there is no class token. */
  Pooling ofSamples() {
    if (pool == PoolChoice.CLS) {
      throw new MistakeException(
          "a 4M encoder has no class token. Take the mean of its tokens: --pool mean");
    }
    return pool == null ? Pooling.MEAN : pool.pooling();
  }

  /**
   * Composes a model's encoder; the caller closes it before the model.
   *
   * @param image what it sees
   */
  EncoderFeatures encoder(ImageModel model, ModalitySpec image, int batchSize) {
    Pooling pooling = pool == null ? EncoderFeatures.usual(model) : pool.pooling();
    return new EncoderFeatures(model, image, pooling, batchSize);
  }
}
