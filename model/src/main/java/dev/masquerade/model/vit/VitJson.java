package dev.masquerade.model.vit;

import com.google.gson.JsonObject;
import dev.masquerade.model.Positions;
import dev.masquerade.model.weights.ConfigValues;
import java.util.List;

/** The configuration of a vision transformer in JSON, exactly. */
public final class VitJson {

  private VitJson() {}

  /** Returns every field. */
  public static JsonObject write(VitConfig config) {
    JsonObject json = new JsonObject();
    json.addProperty("rows", config.rows());
    json.addProperty("columns", config.columns());
    json.addProperty("patch_size", config.patchSize());
    json.addProperty("channels", config.channels());
    json.addProperty("width", config.width());
    json.addProperty("depth", config.depth());
    json.addProperty("heads", config.heads());
    json.addProperty("mlp_ratio", config.mlpRatio());
    json.addProperty("qkv_bias", config.qkvBias());
    json.addProperty("class_token", config.classToken());
    json.addProperty("register_tokens", config.registerTokens());
    json.addProperty("prefix_positions", config.prefixPositions());
    json.addProperty("mask_token", config.maskToken());
    json.addProperty("positions", config.positions().name());
    json.addProperty("drop_path", config.dropPath());
    json.addProperty("pooling", config.pooling().name());
    json.addProperty("classes", config.classes());
    return json;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it describes no model, naming the key
   */
  public static VitConfig read(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "rows",
            "columns",
            "patch_size",
            "channels",
            "width",
            "depth",
            "heads",
            "mlp_ratio",
            "qkv_bias",
            "class_token",
            "register_tokens",
            "prefix_positions",
            "mask_token",
            "positions",
            "drop_path",
            "pooling",
            "classes"));
    return new VitConfig(
        values.integer("rows", 0),
        values.integer("columns", 0),
        values.integer("patch_size", 0),
        values.integer("channels", 0),
        values.integer("width", 0),
        values.integer("depth", 0),
        values.integer("heads", 0),
        values.number("mlp_ratio", 0),
        values.flag("qkv_bias", true),
        values.flag("class_token", true),
        values.integer("register_tokens", 0),
        values.flag("prefix_positions", true),
        values.flag("mask_token", false),
        values.choice("positions", Positions.class),
        values.number("drop_path", 0),
        values.choice("pooling", Pooling.class),
        values.integer("classes", 0));
  }
}
