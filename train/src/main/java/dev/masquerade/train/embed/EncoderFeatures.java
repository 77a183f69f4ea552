package dev.masquerade.train.embed;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.TableResizing;
import dev.masquerade.model.vit.VisionTransformer;
import dev.masquerade.train.checkpoint.RunRefusedException;
import java.util.List;
import java.util.Locale;

/** The encoder of a model, which sees every patch, and a pooling of what it makes of them. */
public final class EncoderFeatures implements FeatureExtractor, AutoCloseable {

  private final ImageModel model;
  private final Pooling pooling;
  private final ImageBatch batch;
  private final Packer packer;
  private final Features encoder;

  /**
   * Composes.
   *
   * @param model stays the caller's to close, after this
   * @param image what it sees, see {@link ImageModel#imageOf}
   * @param pooling what becomes of the tokens of an image
   * @param batchSize images at once
   * @throws RunRefusedException if the model has no class token to pool
   */
  public EncoderFeatures(ImageModel model, ModalitySpec image, Pooling pooling, int batchSize) {
    if (pooling == Pooling.CLASS_TOKEN && !model.hasClassToken()) {
      throw new RunRefusedException(
          model.path() + " has no class token. Take the mean of its patches: --pool mean");
    }
    this.model = model;
    this.pooling = pooling;
    this.batch = new ImageBatch(image, batchSize);
    this.packer = new Packer(List.of(image), PackLimits.NONE);
    this.encoder = model.isFourM() ? FourMFeatures.of(model, image) : transformer(model, image);
  }

  /** What turns batches into one vector per image. */
  interface Features extends AutoCloseable {
    /** Returns (B, D), owned by the scope. */
    NDArray of(PackedBatch packed, Pooling pooling, Precision precision, StepScope scope);

    @Override
    void close();
  }

  private static Features transformer(ImageModel model, ModalitySpec image) {
    VisionTransformer network =
        new VisionTransformer(
            model.encoder(), image, model.encoderParameters(), TableResizing.BICUBIC);
    return new Features() {
      @Override
      public NDArray of(PackedBatch packed, Pooling pooling, Precision precision, StepScope scope) {
        return network.features(packed, pooling, precision, scope);
      }

      @Override
      public void close() {
        network.close();
      }
    };
  }

  /** Returns what a model's own head would see, or the class token where it has none. */
  public static Pooling usual(ImageModel model) {
    return model.hasClassToken() ? model.encoder().pooling() : Pooling.MEAN;
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public int imageHeight() {
    return batch.height();
  }

  @Override
  public int imageWidth() {
    return batch.width();
  }

  @Override
  public String origin() {
    return String.format(
        Locale.ROOT,
        "%s (%s; %s; %s), %s of %d x %d pixels",
        model.path(),
        model.description().headline(),
        model.weights(),
        model.precision().name().toLowerCase(Locale.ROOT),
        pooling.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        imageHeight(),
        imageWidth());
  }

  @Override
  public float[] features(List<PixelImage> images) {
    try (PackedBatch packed = packer.pack(batch.seen(images));
        StepScope scope = StepScope.open(model.parameters().manager())) {
      NDArray features = encoder.of(packed, pooling, model.precision(), scope); // (B, D)
      return features.toFloatArray();
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
