package dev.masquerade.model.multimae;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.weights.ConfigValues;
import java.util.List;

/** The configuration of a model in JSON, exactly. */
final class MultiMaeJson {

  private MultiMaeJson() {}

  static JsonObject write(MultiMaeConfig config) {
    JsonObject json = new JsonObject();
    json.addProperty("dim", config.dim());
    json.addProperty("depth", config.depth());
    json.addProperty("heads", config.heads());
    json.addProperty("mlp_ratio", config.mlpRatio());
    json.addProperty("global_tokens", config.globalTokens());
    json.addProperty("rows", config.positions().rows());
    json.addProperty("columns", config.positions().columns());
    JsonArray inputs = new JsonArray();
    config.inputs().forEach(task -> inputs.add(write(task)));
    json.add("inputs", inputs);
    JsonArray outputs = new JsonArray();
    config.outputs().forEach(task -> outputs.add(write(task)));
    json.add("outputs", outputs);
    json.addProperty("loss_on_unmasked", config.lossOnUnmasked());
    json.addProperty("balance", config.balance().name());
    return json;
  }

  private static JsonObject write(InputTask task) {
    JsonObject json = new JsonObject();
    json.addProperty("name", task.name());
    json.addProperty("patch_size", task.patchSize());
    json.addProperty("stride_level", task.strideLevel());
    if (task.content() instanceof TaskContent.Classes classes) {
      json.addProperty("classes", classes.classes());
      json.addProperty("class_embedding_width", classes.embeddingWidth());
    } else {
      json.addProperty("channels", task.content().channels());
    }
    return json;
  }

  private static JsonObject write(OutputTask task) {
    JsonObject json = new JsonObject();
    json.addProperty("name", task.name());
    json.addProperty("task", task.task());
    json.addProperty("patch_size", task.patchSize());
    json.addProperty("stride_level", task.strideLevel());
    json.addProperty("channels", task.channels());
    json.addProperty("width", task.decoder().width());
    json.addProperty("depth", task.decoder().depth());
    json.addProperty("heads", task.decoder().heads());
    json.addProperty("mlp_ratio", task.decoder().mlpRatio());
    json.addProperty("loss", task.loss().name());
    json.addProperty("normalised_pixels", task.normalisedPixels());
    return json;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it describes no model, naming the key
   */
  static MultiMaeConfig read(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "dim",
            "depth",
            "heads",
            "mlp_ratio",
            "global_tokens",
            "rows",
            "columns",
            "inputs",
            "outputs",
            "loss_on_unmasked",
            "balance"));
    return new MultiMaeConfig(
        values.integer("dim", 0),
        values.integer("depth", 0),
        values.integer("heads", 0),
        values.number("mlp_ratio", 0),
        values.integer("global_tokens", 1),
        new TokenLayout.Grid(values.integer("rows", 0), values.integer("columns", 0)),
        values.objects("inputs").stream().map(MultiMaeJson::input).toList(),
        values.objects("outputs").stream().map(MultiMaeJson::output).toList(),
        values.flag("loss_on_unmasked", false),
        values.choice("balance", TaskBalance.class));
  }

  private static InputTask input(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "name", "patch_size", "stride_level", "classes", "class_embedding_width", "channels"));
    return new InputTask(
        values.text("name", ""),
        values.integer("patch_size", 0),
        values.integer("stride_level", 1),
        values.has("classes")
            ? new TaskContent.Classes(
                values.integer("classes", 0), values.integer("class_embedding_width", 64))
            : new TaskContent.Numbers(values.integer("channels", 0)));
  }

  private static OutputTask output(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "name",
            "task",
            "patch_size",
            "stride_level",
            "channels",
            "width",
            "depth",
            "heads",
            "mlp_ratio",
            "loss",
            "normalised_pixels"));
    return new OutputTask(
        values.text("name", ""),
        values.text("task", ""),
        values.integer("patch_size", 0),
        values.integer("stride_level", 1),
        values.integer("channels", 0),
        new DecoderShape(
            values.integer("width", 0),
            values.integer("depth", 0),
            values.integer("heads", 0),
            values.number("mlp_ratio", 0)),
        values.choice("loss", TaskLoss.class),
        values.flag("normalised_pixels", false));
  }
}
