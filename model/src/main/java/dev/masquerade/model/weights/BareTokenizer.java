package dev.masquerade.model.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.Optional;

/**
 * The config of a tokenizer that was stored without one, as training programs do: told from names
 * and shapes, and, for what leaves no trace in those, from the program's arguments beside them.
 */
final class BareTokenizer {

  private static final String ARGUMENTS = "args.";
  private static final String CODES = "quantize._codebook.embed";
  private static final String TRAINED_CODES = "quantize.codes";

  /** Arguments that training programs call otherwise than the configs on the hub. */
  private static final Map<String, String> CALLED =
      Map.of(
          "encoder_type", "enc_type",
          "decoder_type", "dec_type",
          "quantizer_type", "quant_type",
          "quantizer_ema_decay", "ema_decay",
          "input_size_max", "image_size",
          "input_size", "image_size",
          "input_size_enc", "image_size_enc");

  private final TensorSource tensors;
  private final TensorShapes shapes;

  private BareTokenizer(TensorSource tensors) {
    this.tensors = tensors;
    this.shapes = TensorShapes.of(tensors);
  }

  /** Says whether tensors, under a model's own names, are a tokenizer's. */
  static boolean isTokenizer(TensorSource tensors) {
    return tensors.find("quant_proj.weight").isPresent();
  }

  /**
   * Describes a tokenizer.
   *
   * @param tensors under the tokenizer's own names
   * @throws InvalidWeightsException if they do not make up one
   */
  static ModelDescription describe(TensorSource tensors) throws InvalidWeightsException {
    try {
      BareTokenizer tokenizer = new BareTokenizer(tensors);
      ModelDescription model =
          HubTokenizer.read(new ConfigValues(tokenizer.json()), tokenizer.shapes);
      model.layout();
      return model;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidWeightsException(tensors.path(), String.valueOf(e.getMessage()), e);
    }
  }

  private JsonObject json() {
    JsonObject json = arguments();
    length("latent_dim", "quant_proj.weight", 0, json);
    length("n_labels", "cls_emb.weight", 0, json);
    length("n_channels", "encoder.linear_in.weight", 1, json);
    length("n_channels", "encoder.proj.weight", 1, json);
    length("patch_size", "encoder.proj.weight", 2, json);
    json.addProperty("patch_proj", shapes.axis("encoder.proj.weight", 2).orElse(1L) > 1);
    json.addProperty("post_mlp", shapes.contains("encoder.post_mlp.fc1.weight"));
    json.addProperty("out_conv", shapes.contains("decoder.out_conv.0.gamma"));
    json.remove("patch_size_dec");
    pointWise("encoder", "enc_type", json);
    pointWise("decoder", "dec_type", json);
    if (!shapes.contains("encoder.pos_emb") && !json.has("image_size")) {
      json.addProperty("image_size", 1);
    }
    quantizer(json);
    return json;
  }

  private void quantizer(JsonObject json) {
    if (shapes.contains(CODES)) {
      boolean several = shapes.axis(CODES, 2).isPresent();
      json.addProperty("quant_type", "lucid");
      json.addProperty("norm_codes", !shapes.contains("quantize._codebook.embed_avg"));
      json.addProperty("num_codebooks", several ? shapes.axis(CODES, 0).orElse(1L) : 1);
      length("codebook_size", CODES, several ? 1 : 0, json);
    } else if (shapes.contains(TRAINED_CODES)) {
      json.addProperty("quant_type", "memcodes");
      length("num_codebooks", TRAINED_CODES, 0, json);
      length("codebook_size", TRAINED_CODES, 1, json);
    } else {
      json.addProperty("quant_type", "fsq");
    }
  }

  /** Reads what the program was called with, under the keys of the hub. */
  private JsonObject arguments() {
    JsonObject json = new JsonObject();
    CALLED.forEach((name, key) -> argument(name).ifPresent(value -> json.add(key, value)));
    argument("input_size").ifPresent(value -> json.add("image_size", value));
    for (String key : HubTokenizer.KEYS) {
      argument(key).ifPresent(value -> json.add(key, value));
    }
    return json;
  }

  private Optional<JsonElement> argument(String name) {
    String value = tensors.metadata().get(ARGUMENTS + name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonParser.parseString(value)).filter(json -> !json.isJsonNull());
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private void length(String key, String tensor, int axis, JsonObject json) {
    shapes.axis(tensor, axis).ifPresent(length -> json.addProperty(key, length));
  }

  /** Names a network that maps every place by itself, if this side is one. */
  private void pointWise(String side, String key, JsonObject json) {
    Optional<Long> width = shapes.axis(side + ".linear_in.weight", 0);
    if (width.isEmpty()) {
      return;
    }
    String hidden = side + ".blocks.0.block.0.weight";
    int depth = 0;
    while (shapes.contains(side + ".layernorms." + depth + ".weight")) {
      depth++;
    }
    String size = "MLP/B_" + depth + "-Wi_" + width.get();
    json.addProperty(
        key,
        shapes
            .axis(hidden, 0)
            .map(wide -> "Bottleneck" + size + "-Ex_" + wide / Math.max(1, width.get()))
            .orElse(size));
  }
}
