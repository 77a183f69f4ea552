package dev.masquerade.model.weights;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderNames;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ScalarBound;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.DivaeJson;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes tokenizers under the keys of the released ones, which {@link HubTokenizer} reads. Those
 * keys name sizes of networks instead of giving numbers, know square grids, and have nothing for
 * the hyperbolic bound of finite scalars: what they cannot say is not written under them at all,
 * because other programs would build another network of it.
 */
final class HubTokenizerWriter {

  /** The reference's threshold of dead codes; released tokenizers have it. */
  private static final double USUAL_THRESHOLD = 0.25;

  private final JsonObject json = new JsonObject();
  private final VqEncoderConfig tokens;
  private final ModalitySpec image;

  private HubTokenizerWriter(TokenizerDescription model) {
    this.tokens = model.tokens();
    this.image = model.image();
  }

  /** Returns the config; empty where the released keys have no words for the tokenizer. */
  static Optional<JsonObject> write(TokenizerDescription model) {
    HubTokenizerWriter writer = new HubTokenizerWriter(model);
    boolean written = writer.content() && writer.quantizer() && writer.networks(model);
    return written ? Optional.of(writer.json) : Optional.empty();
  }

  private boolean content() {
    String name = image.name().value();
    // A size behind the name is told from the grid.
    if (name.matches("[A-Za-z][A-Za-z0-9_-]{1,63}")
        && PythonLiteral.parse(name).equals(new JsonPrimitive(name))) {
      json.addProperty("domain", name);
    }
    json.addProperty("image_size", tokens.rows() * tokens.patchSize());
    json.addProperty("n_channels", tokens.channels());
    if (tokens.ofClasses()) {
      json.addProperty("n_labels", tokens.classes());
    }
    json.addProperty("patch_size", tokens.patchSize());
    json.addProperty("patch_proj", !ofFeatures());
    json.addProperty("latent_dim", tokens.latentWidth());
    json.addProperty("undo_std", tokens.undoStandardisation());
    return tokens.rows() == tokens.columns();
  }

  /** Says whether a place of a feature map is a place of the grid, without patches. */
  private boolean ofFeatures() {
    return tokens.patchSize() == 1 && image.space() instanceof TokenSpace.Continuous;
  }

  private boolean quantizer() {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (tokens.quantizer() instanceof QuantizerConfig.Codebook codebook) {
      json.addProperty("quant_type", "lucid");
      json.addProperty("codebook_size", codebook.codes());
      json.addProperty("num_codebooks", codebook.codebooks());
      json.addProperty("norm_codes", codebook.distance() == CodeDistance.COSINE);
      json.addProperty("norm_latents", codebook.normalisedLatents());
      json.addProperty("ema_decay", codebook.decay());
      json.addProperty("commitment_weight", codebook.commitment());
      json.addProperty("threshold_ema_dead_code", codebook.deadShare() > 0 ? USUAL_THRESHOLD : 0.0);
      json.addProperty("kmeans_init", codebook.kMeans());
    } else if (tokens.quantizer() instanceof QuantizerConfig.Memcodes memcodes) {
      json.addProperty("quant_type", "memcodes");
      json.addProperty("codebook_size", memcodes.codes());
      json.addProperty("num_codebooks", memcodes.codebooks());
    } else if (tokens.quantizer() instanceof QuantizerConfig.FiniteScalar scalar) {
      json.addProperty("quant_type", "fsq");
      json.addProperty(
          "codebook_size",
          scalar.levels().stream().map(String::valueOf).collect(Collectors.joining("-")));
      // A single level would read like a number of codes.
      return scalar.bound() == ScalarBound.SIGMOID && scalar.levels().size() > 1;
    }
    return true;
  }

  private boolean networks(TokenizerDescription model) {
    Optional<String> encoder = CoderNames.name(tokens.encoder(), "enc");
    encoder.ifPresent(name -> json.addProperty("enc_type", name));
    json.addProperty("post_mlp", postMlp(tokens.encoder()));
    if (model instanceof DivaeDescription divae) {
      return encoder.isPresent() && DivaeJson.writePublished(divae.config(), json);
    }
    if (!(model instanceof VqDescription vq)) {
      return false;
    }
    CoderShape shape = vq.config().decoder();
    Optional<String> decoder = CoderNames.name(shape, "dec");
    decoder.ifPresent(name -> json.addProperty("dec_type", name));
    json.addProperty("out_conv", vq.config().outputConvolutions());
    // One key is about both sides; networks that map every place by itself have no such part.
    boolean alike =
        !(tokens.encoder() instanceof CoderShape.VisionTransformer)
            || !(shape instanceof CoderShape.VisionTransformer)
            || postMlp(tokens.encoder()) == postMlp(shape);
    if (postMlp(shape)) {
      json.addProperty("post_mlp", true);
    }
    return encoder.isPresent() && decoder.isPresent() && alike;
  }

  private static boolean postMlp(CoderShape shape) {
    return shape instanceof CoderShape.VisionTransformer vit && vit.postMlp();
  }
}
