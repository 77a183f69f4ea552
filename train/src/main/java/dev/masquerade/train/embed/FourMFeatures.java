package dev.masquerade.train.embed;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.PositionResizing;
import dev.masquerade.model.weights.PositionTables;
import dev.masquerade.model.weights.Resampling;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of a 4M model over one picture. For pictures of another size it computes with a copy
 * of the weights: sine-cosine positions are those of the other grid, learned ones are resized.
 */
final class FourMFeatures implements EncoderFeatures.Features {

  private final VisionEncoder encoder;

  /** Weights of its own, where positions had to change. */
  private final @Nullable Parameters own;

  private FourMFeatures(VisionEncoder encoder, @Nullable Parameters own) {
    this.encoder = encoder;
    this.own = own;
  }

  /**
   * Composes an encoder.
   *
   * @param image the model's picture, maybe of another size
   */
  static FourMFeatures of(ImageModel model, ModalitySpec image) {
    FourMDescription description = model.fourM();
    if (image.layout().equals(model.image().layout())) {
      return new FourMFeatures(
          new VisionEncoder(description.config(), description.modalities(), model.parameters()),
          null);
    }
    FourMDescription resized = description.encoderOf(List.of(image));
    Parameters own =
        Parameters.create(
            resized.layout(),
            model.parameters().device(),
            spec -> FloatBuffer.wrap(values(model, image, spec)));
    return new FourMFeatures(new VisionEncoder(resized.config(), resized.modalities(), own), own);
  }

  /** Returns the values of a tensor for pictures of some size. */
  static float[] values(ImageModel model, ModalitySpec image, ParameterSpec spec) {
    boolean table = spec.name().endsWith(".pos_emb");
    if (!table || image.layout().equals(model.image().layout())) {
      return model.parameters().read(spec.name());
    }
    TokenLayout.Grid then = (TokenLayout.Grid) model.image().layout();
    TokenLayout.Grid now = (TokenLayout.Grid) image.layout();
    if (!model.parameters().layout().get(spec.name()).trainable()) {
      return PositionTables.grid(now.rows(), now.columns(), model.width());
    }
    return PositionResizing.places(
        model.parameters().read(spec.name()),
        0,
        model.width(),
        then.rows(),
        then.columns(),
        now.rows(),
        now.columns(),
        Resampling.BICUBIC);
  }

  @Override
  public NDArray of(PackedBatch packed, Pooling pooling, Precision precision, StepScope scope) {
    return encoder.features(packed, pooling, precision, scope);
  }

  @Override
  public void close() {
    encoder.close();
    if (own != null) {
      own.close();
    }
  }
}
