package dev.masquerade.model.codec.diffusion;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitFamily;
import dev.masquerade.model.weights.ConfigValues;
import dev.masquerade.model.weights.ConfiguredFamily;
import dev.masquerade.model.weights.ModelDescription;
import java.util.List;

/** Learned tokenizers whose decoder generates the content by diffusion. */
public final class DivaeFamily implements ConfiguredFamily {

  /** The only one. */
  public static final DivaeFamily INSTANCE = new DivaeFamily();

  private DivaeFamily() {}

  @Override
  public String name() {
    return "divae";
  }

  /**
   * {@inheritDoc}
   *
   * @param lossKind of no effect: there is one content
   */
  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    return new DivaeNetwork((DivaeDescription) description, parameters);
  }

  @Override
  public JsonObject write(ModelDescription description) {
    return DivaeJson.write(((DivaeDescription) description).config());
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    return new DivaeDescription(DivaeJson.read(config), VitFamily.only(name(), modalities));
  }
}
