package dev.masquerade.model.golden;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Positions;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeVariant;
import dev.masquerade.model.vit.VitConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * A masked autoencoder of the reference: NAME.json, NAME_forward.safetensors, NAME_weights.
 *
 * @param file the JSON
 * @param json its content
 */
public record MaeGolden(Path file, JsonObject json) {

  /** Finds all of them. */
  public static List<MaeGolden> all() {
    return in(GoldenFiles.mae());
  }

  /** Finds those of a directory. */
  public static List<MaeGolden> in(Path directory) {
    return GoldenFiles.in(directory, ".*\\.json", "config", "loss_pix").stream()
        .map(path -> new MaeGolden(path, GoldenFiles.read(path)))
        .toList();
  }

  /** Returns NAME_{@code kind}.safetensors. */
  public Path tensors(String kind) {
    String name = file.getFileName().toString().replace(".json", "_" + kind + ".safetensors");
    return file.resolveSibling(name);
  }

  /** Returns dimensions and choices. */
  public MaeConfig config(boolean normalised) {
    JsonObject config = json.getAsJsonObject("config");
    return new MaeConfig(
        encoder().build(),
        config.get("decoder_embed_dim").getAsInt(),
        config.get("decoder_depth").getAsInt(),
        config.get("decoder_num_heads").getAsInt(),
        config.get("mlp_ratio").getAsDouble(),
        normalised,
        false,
        MaeVariant.MAE);
  }

  /** Returns the encoder alone. */
  public VitConfig.Builder encoder() {
    JsonObject config = json.getAsJsonObject("config");
    int patch = config.get("patch_size").getAsInt();
    int grid = config.get("img_size").getAsInt() / patch;
    return VitConfig.builder()
        .grid(grid, grid)
        .patchSize(patch)
        .channels(config.get("in_chans").getAsInt())
        .width(config.get("embed_dim").getAsInt())
        .depth(config.get("depth").getAsInt())
        .heads(config.get("num_heads").getAsInt())
        .mlpRatio(config.get("mlp_ratio").getAsDouble())
        .qkvBias(config.get("qkv_bias").getAsBoolean())
        .positions(Positions.SINE_COSINE);
  }

  /** Returns what it sees and predicts. */
  public ModalitySpec image() {
    VitConfig encoder = encoder().build();
    return GoldenImages.spec(
        encoder.rows(), encoder.columns(), encoder.patchSize(), encoder.channels());
  }

  /** Returns the tolerance of a kind of number. */
  public double tolerance(String kind) {
    return json.getAsJsonObject("suggested_tolerance").get(kind).getAsDouble();
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
