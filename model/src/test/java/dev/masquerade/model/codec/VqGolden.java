package dev.masquerade.model.codec;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A tokenizer of the reference: its arguments, weights, inputs and what comes out.
 *
 * @param file the JSON
 * @param json its content
 */
record VqGolden(Path file, JsonObject json) {

  /** Finds all of them. */
  static List<VqGolden> all() {
    return GoldenFiles.fourmWith("args", "state_dict").stream()
        .map(path -> new VqGolden(path, GoldenFiles.read(path)))
        .toList();
  }

  SafetensorsFile open() throws IOException {
    return SafetensorsFile.open(GoldenFiles.tensors(file));
  }

  int inputs() {
    return json.getAsJsonArray("inputs").size();
  }

  /**
   * Says whether a training step can be compared: there is one, of numbers, and nothing in it is
   * drawn, as the choice of trained codes is.
   */
  boolean trains() {
    VqEncoderConfig tokens = config().tokens();
    return flag(json, "train", false)
        && !tokens.ofClasses()
        && !(tokens.quantizer() instanceof QuantizerConfig.Memcodes);
  }

  private JsonObject args() {
    return json.getAsJsonObject("args");
  }

  VqConfig config() {
    JsonObject args = args();
    boolean patches = flag(args, "patch_proj", true);
    CoderShape encoder = shape("enc_type");
    CoderShape decoder = shape("dec_type");
    boolean pointWise = encoder instanceof CoderShape.PointWise;
    int patch = pointWise ? 1 : number(args, "patch_size", 16);
    int grid = number(args, "image_size", 224) / patch;
    int classes = number(args, "n_labels", 0);
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            number(args, "n_channels", 3),
            classes,
            grid,
            grid,
            patches ? patch : 1,
            encoder,
            number(args, "latent_dim", 32),
            quantizer(),
            flag(args, "undo_std", false));
    return new VqConfig(tokens, decoder, flag(args, "out_conv", false), VqConfig.usualLoss(tokens));
  }

  private CoderShape shape(String side) {
    if (json.has(side)) {
      return CoderNames.shape(json.get(side).getAsString(), false);
    }
    return new CoderShape.VisionTransformer(
        json.get("dim").getAsInt(),
        json.get("depth").getAsInt(),
        json.get("num_heads").getAsInt(),
        number(json, "mlp_ratio", 4),
        flag(args(), "post_mlp", false),
        0);
  }

  private QuantizerConfig quantizer() {
    JsonObject args = args();
    String kind = args.has("quant_type") ? args.get("quant_type").getAsString() : "lucid";
    int books = number(args, "num_codebooks", 1);
    return switch (kind) {
      case "lucid" ->
          new QuantizerConfig.Codebook(
              flag(args, "norm_codes", true) ? CodeDistance.COSINE : CodeDistance.EUCLIDEAN,
              number(args, "codebook_size", 16384),
              books,
              flag(args, "norm_latents", false),
              args.has("ema_decay") ? args.get("ema_decay").getAsDouble() : 0.99,
              args.has("commitment_weight") ? args.get("commitment_weight").getAsDouble() : 1,
              0,
              false);
      case "memcodes" ->
          new QuantizerConfig.Memcodes(number(args, "codebook_size", 16384), books, 1);
      case "fsq" ->
          new QuantizerConfig.FiniteScalar(
              Arrays.stream(args.get("codebook_size").getAsString().split("-"))
                  .map(Integer::valueOf)
                  .toList(),
              ScalarBound.SIGMOID);
      default -> throw new IllegalArgumentException("quant_type " + kind);
    };
  }

  /** Returns the description of the tokenizer of an input of this shape. */
  VqDescription description(List<Long> shape) {
    VqConfig config = config();
    VqEncoderConfig tokens = config.tokens();
    int axis = shape.size() - 2;
    TokenLayout.Grid grid =
        new TokenLayout.Grid(
            (int) (shape.get(axis) / tokens.patchSize()),
            (int) (shape.get(axis + 1) / tokens.patchSize()));
    TokenSpace space =
        tokens.ofClasses()
            ? new TokenSpace.ClassPatches(tokens.patchSize(), tokens.classes())
            : new TokenSpace.Continuous(tokens.patchWidth());
    return new VqDescription(
        config, new ModalitySpec(new ModalityName("image"), space, grid, Set.of(Role.INPUT)));
  }

  Parameters parameters(VqConfig config, SafetensorsFile golden) {
    return GoldenImages.parameters(VqTensors.of(config), golden, name -> "param." + name);
  }

  /** Returns the names of the state dict with their shapes. */
  List<String> stateDict() {
    List<String> lines = new ArrayList<>();
    json.getAsJsonObject("state_dict")
        .entrySet()
        .forEach(entry -> lines.add(entry.getKey() + " " + longs(entry.getValue())));
    return lines;
  }

  private static List<Long> longs(JsonElement shape) {
    List<Long> longs = new ArrayList<>();
    shape.getAsJsonArray().forEach(length -> longs.add(length.getAsLong()));
    return longs;
  }

  private static int number(JsonObject json, String name, int otherwise) {
    return json.has(name) && !json.get(name).isJsonNull() ? json.get(name).getAsInt() : otherwise;
  }

  private static boolean flag(JsonObject json, String name, boolean otherwise) {
    return json.has(name) && !json.get(name).isJsonNull()
        ? json.get(name).getAsBoolean()
        : otherwise;
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
