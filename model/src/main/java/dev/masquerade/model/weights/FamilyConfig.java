package dev.masquerade.model.weights;

import com.google.gson.JsonObject;
import dev.masquerade.model.ModelFamilies;
import java.util.List;

/** Models of families other than 4M, under one key: their family by name, its part, modalities. */
final class FamilyConfig {

  static final String FAMILY = "family";
  private static final String FORMAT = "format";
  private static final String MODEL = "model";
  private static final int CURRENT = 1;

  private FamilyConfig() {}

  static ModelDescription read(ConfigValues values) {
    values.refuseUnknown(List.of(FORMAT, FAMILY, MODEL, ModalityJson.KEY));
    int format = values.integer(FORMAT, 0);
    if (format != CURRENT) {
      throw new IllegalArgumentException(
          ExactConfig.KEY
              + ".format is "
              + format
              + ", this version reads "
              + CURRENT
              + ". Use the version of Masquerade that wrote the file, or a newer one");
    }
    return ModelFamilies.named(values.text(FAMILY, ""))
        .read(values.object(MODEL), ModalityJson.read(values));
  }

  static JsonObject write(ModelDescription description) {
    String name = description.family().name();
    JsonObject json = new JsonObject();
    json.addProperty(FORMAT, CURRENT);
    json.addProperty(FAMILY, name);
    json.add(MODEL, ModelFamilies.named(name).write(description));
    json.add(ModalityJson.KEY, ModalityJson.write(description.modalities()));
    return json;
  }
}
