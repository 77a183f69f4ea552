package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.lora.FusedTensors;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The config of a 4M model that was stored without one, as training programs do: told from names,
 * shapes and a few small tensors, and from the program's arguments where they stand beside.
 *
 * <p>Shapes do not tell the number of heads without query-key norm; then it is that of the preset
 * among the arguments, or else one for 64 numbers, as in every model of the family.
 */
final class BareConfig {

  private static final Pattern EMBEDDING =
      Pattern.compile("(encoder|decoder)_embeddings\\.(.+?)\\.(?:mod_emb|pos_emb)");
  private static final String ARGUMENTS = "args.";
  private static final int USUAL_HEAD = 64;

  private final TensorSource tensors;
  private final TensorShapes shapes;

  private BareConfig(TensorSource tensors) {
    this.tensors = tensors;
    this.shapes = TensorShapes.of(tensors);
  }

  /**
   * Describes a model.
   *
   * @param tensors under the model's own names
   * @throws InvalidWeightsException if they do not make up a model
   */
  static ModelDescription describe(TensorSource tensors) throws IOException {
    if (FusedTensors.hasAdapters(tensors)) {
      throw new InvalidWeightsException(
          tensors.path(),
          "has low-rank adapters but no config, and nothing tells their scale. Make one model of"
              + " both: checkpoint convert --fuse --scale S");
    }
    try {
      ModelDescription model =
          HubConfig.read(
              new ConfigValues(new BareConfig(tensors).json()), TensorShapes.of(tensors));
      model.layout();
      return model;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidWeightsException(tensors.path(), String.valueOf(e.getMessage()), e);
    }
  }

  private JsonObject json() throws IOException {
    int dim = length("encoder_norm.weight", 0);
    JsonObject json = new JsonObject();
    json.add("domains_in", modalities("encoder"));
    json.add("domains_out", modalities("decoder"));
    json.addProperty("dim", dim);
    json.addProperty("encoder_depth", shapes.blocks("encoder"));
    json.addProperty("decoder_depth", shapes.blocks("decoder"));
    json.addProperty("num_heads", heads(dim));
    boolean gated = shapes.contains("encoder.0.mlp.fc3.weight");
    int hidden = length("encoder.0.mlp.fc1.weight", 0);
    // Two thirds of the full width, rounded down.
    int full = gated ? (3 * hidden + 1) / 2 : hidden;
    json.addProperty("mlp_ratio", (double) full / dim);
    json.addProperty("act_layer", gated ? "SiLU" : "GELU");
    json.addProperty("gated_mlp", gated);
    json.addProperty("qkv_bias", shapes.contains("encoder.0.attn.qkv.bias"));
    json.addProperty("proj_bias", shapes.contains("encoder.0.attn.proj.bias"));
    json.addProperty("mlp_bias", shapes.contains("encoder.0.mlp.fc1.bias"));
    json.addProperty("norm_bias", moves("encoder_norm.bias") || moves("encoder.0.norm1.bias"));
    json.addProperty("qk_norm", shapes.contains("encoder.0.attn.q_norm.weight"));
    json.addProperty(
        "num_register_tokens", shapes.axis("register_tokens", 1).map(Math::toIntExact).orElse(0));
    json.addProperty("share_modality_embeddings", sharesModalityEmbeddings());
    frame(json);
    argument("decoder_causal_mask").ifPresent(flag -> json.add("decoder_causal_mask", flag));
    argument("decoder_sep_mask").ifPresent(flag -> json.add("decoder_sep_mask", flag));
    return json;
  }

  private int length(String name, int axis) {
    return shapes
        .axis(name, axis)
        .map(Math::toIntExact)
        .orElseThrow(
            () -> new IllegalArgumentException("has embeddings of a 4M model, but no " + name));
  }

  private JsonArray modalities(String side) {
    TreeSet<String> names = new TreeSet<>();
    for (String tensor : shapes.names()) {
      Matcher embedding = EMBEDDING.matcher(tensor);
      if (embedding.matches() && embedding.group(1).equals(side)) {
        names.add(embedding.group(2));
      }
    }
    JsonArray array = new JsonArray();
    names.forEach(array::add);
    return array;
  }

  private int heads(int dim) {
    Optional<Long> width = shapes.axis("encoder.0.attn.q_norm.weight", 0);
    if (width.isPresent() && width.get() > 0) {
      return (int) (dim / width.get());
    }
    Optional<ModelConfig> preset =
        argument("model")
            .map(JsonElement::getAsString)
            .filter(name -> ModelPresets.names().contains(name))
            .map(ModelPresets::get)
            .filter(config -> config.dim() == dim);
    return preset.map(ModelConfig::heads).orElse(Math.max(1, dim / USUAL_HEAD));
  }

  /** Says whether there is such a bias and it is not 0 everywhere, as one that is trained. */
  private boolean moves(String bias) throws IOException {
    if (!shapes.contains(bias)) {
      return false;
    }
    for (float value : tensors.floats(bias)) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean sharesModalityEmbeddings() throws IOException {
    for (JsonElement name : modalities("encoder")) {
      String seen = "encoder_embeddings." + name.getAsString() + ".mod_emb";
      String asked = "decoder_embeddings." + name.getAsString() + ".mod_emb";
      if (shapes.contains(seen)
          && shapes.contains(asked)
          && !tensors.bytes(seen).equals(tensors.bytes(asked))) {
        return false;
      }
    }
    return true;
  }

  /** Tells the size of pictures and patches from the embedding of one with three channels. */
  private void frame(JsonObject json) {
    for (JsonElement name : modalities("encoder")) {
      String prefix = "encoder_embeddings." + name.getAsString();
      long width = shapes.axis(prefix + ".proj.weight", 1).orElse(0L);
      long places = shapes.axis(prefix + ".pos_emb", 1).orElse(0L);
      int patch = (int) Math.round(Math.sqrt(width / 3.0));
      int edge = (int) Math.round(Math.sqrt((double) places));
      if (patch > 0 && 3L * patch * patch == width && (long) edge * edge == places) {
        json.addProperty("patch_size", patch);
        json.addProperty("image_size", patch * edge);
        return;
      }
    }
  }

  private Optional<JsonElement> argument(String name) {
    String text = tensors.metadata().getOrDefault(ARGUMENTS + name, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonParser.parseString(text)).filter(JsonPrimitive.class::isInstance);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
