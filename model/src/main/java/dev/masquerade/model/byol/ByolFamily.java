package dev.masquerade.model.byol;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitFamily;
import dev.masquerade.model.vit.VitJson;
import dev.masquerade.model.weights.ConfigValues;
import dev.masquerade.model.weights.ConfiguredFamily;
import dev.masquerade.model.weights.ModelDescription;
import java.util.List;

/** Networks that learn from two views of one image. */
public final class ByolFamily implements ConfiguredFamily {

  /** The only one. */
  public static final ByolFamily INSTANCE = new ByolFamily();

  private ByolFamily() {}

  @Override
  public String name() {
    return "byol";
  }

  /**
   * {@inheritDoc}
   *
   * @param lossKind of no effect: there is one loss
   */
  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    ByolDescription model = (ByolDescription) description;
    return new ByolNetwork(model.config(), model.image(), parameters);
  }

  @Override
  public JsonObject write(ModelDescription description) {
    ByolConfig config = ((ByolDescription) description).config();
    JsonObject json = new JsonObject();
    json.add("backbone", VitJson.write(config.backbone()));
    json.add("projection", write(config.projection()));
    json.add("prediction", write(config.prediction()));
    json.addProperty("momentum", config.momentum());
    return json;
  }

  private static JsonObject write(HeadShape shape) {
    JsonObject json = new JsonObject();
    json.addProperty("inputs", shape.inputs());
    json.addProperty("hidden", shape.hidden());
    json.addProperty("outputs", shape.outputs());
    return json;
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    config.refuseUnknown(List.of("backbone", "projection", "prediction", "momentum"));
    return new ByolDescription(
        new ByolConfig(
            VitJson.read(config.object("backbone")),
            head(config.object("projection")),
            head(config.object("prediction")),
            config.number("momentum", ByolConfig.START_MOMENTUM)),
        VitFamily.only(name(), modalities));
  }

  private static HeadShape head(ConfigValues values) {
    values.refuseUnknown(List.of("inputs", "hidden", "outputs"));
    return new HeadShape(
        values.integer("inputs", 0), values.integer("hidden", 0), values.integer("outputs", 0));
  }
}
