package dev.masquerade.model.codec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.model.weights.ConfigValues;
import java.util.ArrayList;
import java.util.List;

/** The configuration of a tokenizer in JSON, exactly. */
public final class VqJson {

  private VqJson() {}

  static JsonObject write(VqConfig config) {
    JsonObject json = new JsonObject();
    json.add("tokens", write(config.tokens()));
    json.add("decoder", write(config.decoder()));
    json.addProperty("output_convolutions", config.outputConvolutions());
    json.addProperty("loss", config.loss().name());
    return json;
  }

  static VqConfig read(ConfigValues values) {
    values.refuseUnknown(List.of("tokens", "decoder", "output_convolutions", "loss"));
    return new VqConfig(
        readEncoder(values.object("tokens")),
        coder(values.object("decoder")),
        values.flag("output_convolutions", false),
        values.choice("loss", ReconstructionLoss.class));
  }

  /** Returns every field of the half that makes ids. */
  public static JsonObject write(VqEncoderConfig config) {
    JsonObject json = new JsonObject();
    json.addProperty("channels", config.channels());
    json.addProperty("classes", config.classes());
    json.addProperty("rows", config.rows());
    json.addProperty("columns", config.columns());
    json.addProperty("patch_size", config.patchSize());
    json.add("encoder", write(config.encoder()));
    json.addProperty("latent_width", config.latentWidth());
    json.add("quantizer", write(config.quantizer()));
    json.addProperty("undo_standardisation", config.undoStandardisation());
    return json;
  }

  /**
   * Reads what {@link #write(VqEncoderConfig)} wrote.
   *
   * @throws IllegalArgumentException if it describes no such half, naming the key
   */
  public static VqEncoderConfig readEncoder(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "channels",
            "classes",
            "rows",
            "columns",
            "patch_size",
            "encoder",
            "latent_width",
            "quantizer",
            "undo_standardisation"));
    return new VqEncoderConfig(
        values.integer("channels", 0),
        values.integer("classes", 0),
        values.integer("rows", 0),
        values.integer("columns", 0),
        values.integer("patch_size", 0),
        coder(values.object("encoder")),
        values.integer("latent_width", 0),
        quantizer(values.object("quantizer")),
        values.flag("undo_standardisation", false));
  }

  /** Returns every field of an encoder or decoder. */
  public static JsonObject write(CoderShape shape) {
    JsonObject json = new JsonObject();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (shape instanceof CoderShape.VisionTransformer vit) {
      json.addProperty("kind", "vit");
      json.addProperty("width", vit.width());
      json.addProperty("depth", vit.depth());
      json.addProperty("heads", vit.heads());
      json.addProperty("mlp_ratio", vit.mlpRatio());
      json.addProperty("post_mlp", vit.postMlp());
      json.addProperty("drop_path", vit.dropPath());
    } else if (shape instanceof CoderShape.PointWise mlp) {
      json.addProperty("kind", "point_wise");
      json.addProperty("width", mlp.width());
      json.addProperty("depth", mlp.depth());
      json.addProperty("expansion", mlp.expansion());
    }
    return json;
  }

  private static CoderShape coder(ConfigValues values) {
    String kind = values.text("kind", "");
    return switch (kind) {
      case "vit" -> {
        values.refuseUnknown(
            List.of("kind", "width", "depth", "heads", "mlp_ratio", "post_mlp", "drop_path"));
        yield new CoderShape.VisionTransformer(
            values.integer("width", 0),
            values.integer("depth", 0),
            values.integer("heads", 0),
            values.number("mlp_ratio", 4),
            values.flag("post_mlp", false),
            values.number("drop_path", 0));
      }
      case "point_wise" -> {
        values.refuseUnknown(List.of("kind", "width", "depth", "expansion"));
        yield new CoderShape.PointWise(
            values.integer("width", 0), values.integer("depth", 0), values.integer("expansion", 0));
      }
      default ->
          throw new IllegalArgumentException(
              "kind must be one of vit, point_wise, was \"" + kind + "\"");
    };
  }

  private static JsonObject write(QuantizerConfig config) {
    JsonObject json = new JsonObject();
    if (config instanceof QuantizerConfig.Codebook codebook) {
      json.addProperty("kind", "codebook");
      json.addProperty("distance", codebook.distance().name());
      json.addProperty("codes", codebook.codes());
      json.addProperty("codebooks", codebook.codebooks());
      json.addProperty("normalised_latents", codebook.normalisedLatents());
      json.addProperty("decay", codebook.decay());
      json.addProperty("commitment", codebook.commitment());
      json.addProperty("dead_share", codebook.deadShare());
      json.addProperty("k_means", codebook.kMeans());
    } else if (config instanceof QuantizerConfig.Memcodes memcodes) {
      json.addProperty("kind", "memcodes");
      json.addProperty("codes", memcodes.codes());
      json.addProperty("codebooks", memcodes.codebooks());
      json.addProperty("temperature", memcodes.temperature());
    } else if (config instanceof QuantizerConfig.FiniteScalar scalar) {
      json.addProperty("kind", "finite_scalar");
      JsonArray levels = new JsonArray();
      scalar.levels().forEach(levels::add);
      json.add("levels", levels);
      json.addProperty("bound", scalar.bound().name());
    }
    return json;
  }

  private static QuantizerConfig quantizer(ConfigValues values) {
    String kind = values.text("kind", "");
    return switch (kind) {
      case "codebook" -> {
        values.refuseUnknown(
            List.of(
                "kind",
                "distance",
                "codes",
                "codebooks",
                "normalised_latents",
                "decay",
                "commitment",
                "dead_share",
                "k_means"));
        yield new QuantizerConfig.Codebook(
            values.choice("distance", CodeDistance.class),
            values.integer("codes", 0),
            values.integer("codebooks", 1),
            values.flag("normalised_latents", false),
            values.number("decay", 0.99),
            values.number("commitment", 1),
            values.number("dead_share", QuantizerConfig.Codebook.DEAD_SHARE),
            values.flag("k_means", false));
      }
      case "memcodes" -> {
        values.refuseUnknown(List.of("kind", "codes", "codebooks", "temperature"));
        yield new QuantizerConfig.Memcodes(
            values.integer("codes", 0),
            values.integer("codebooks", 1),
            values.number("temperature", 1));
      }
      case "finite_scalar" -> {
        values.refuseUnknown(List.of("kind", "levels", "bound"));
        yield new QuantizerConfig.FiniteScalar(
            levels(values), values.choice("bound", ScalarBound.class));
      }
      default ->
          throw new IllegalArgumentException(
              "kind must be one of codebook, memcodes, finite_scalar, was \"" + kind + "\"");
    };
  }

  private static List<Integer> levels(ConfigValues values) {
    List<Integer> levels = new ArrayList<>();
    for (float level : values.floats("levels")) {
      if (level != (int) level) {
        throw new IllegalArgumentException("levels must be whole numbers, had " + level);
      }
      levels.add((int) level);
    }
    return levels;
  }
}
