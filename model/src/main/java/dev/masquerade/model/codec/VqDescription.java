package dev.masquerade.model.codec;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A tokenizer and what it turns into ids.
 *
 * @param config dimensions and choices
 * @param image patches of bytes, of classes, or vectors on a grid; where the grid is not the
 *     config's, position tables are resized
 */
public record VqDescription(VqConfig config, ModalitySpec image) implements TokenizerDescription {

  public VqDescription {
    CodecImage.grid(config.tokens(), image);
  }

  @Override
  public VqEncoderConfig tokens() {
    return config.tokens();
  }

  @Override
  public VqDescription taking(ModalitySpec other) {
    return new VqDescription(config, other);
  }

  @Override
  public FrameTokenizer tokenizer(Parameters parameters, Precision precision) {
    return new VqTokenizer(this, parameters, precision);
  }

  @Override
  public ModelFamily family() {
    return VqFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    return VqTensors.of(config);
  }

  @Override
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }

  @Override
  public DimensionChain chain() {
    return VqChain.of(config, layout());
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "tokenizer, %s, decoder %s%s",
        headline(config.tokens()),
        text(config.decoder()),
        config.outputConvolutions() ? " with output convolutions" : "");
  }

  /** Says what the half that makes ids is like. */
  public static String headline(VqEncoderConfig tokens) {
    return String.format(
        Locale.ROOT,
        "%s of patches of %d on %d x %d places: encoder %s, %s of %d numbers",
        tokens.ofClasses() ? tokens.classes() + " classes" : tokens.channels() + " channels",
        tokens.patchSize(),
        tokens.rows(),
        tokens.columns(),
        text(tokens.encoder()),
        text(tokens.quantizer()),
        tokens.latentWidth());
  }

  private static String text(CoderShape shape) {
    if (shape instanceof CoderShape.VisionTransformer vit) {
      return String.format(
          Locale.ROOT,
          "width %d, %d blocks, %d heads%s",
          vit.width(),
          vit.depth(),
          vit.heads(),
          vit.postMlp() ? ", tanh" : "");
    }
    CoderShape.PointWise mlp = (CoderShape.PointWise) shape;
    return String.format(Locale.ROOT, "point-wise width %d, %d blocks", mlp.width(), mlp.depth());
  }

  private static String text(QuantizerConfig quantizer) {
    String books = quantizer.codebooks() == 1 ? "" : quantizer.codebooks() + " x ";
    if (quantizer instanceof QuantizerConfig.Codebook codebook) {
      return books
          + codebook.codes()
          + " codes by "
          + switch (codebook.distance()) {
            case COSINE -> "cosine";
            case EUCLIDEAN -> "distance";
          };
    }
    if (quantizer instanceof QuantizerConfig.FiniteScalar scalar) {
      return scalar.codes() + " codes of levels " + scalar.levels();
    }
    return books + quantizer.codes() + " trained codes";
  }
}
