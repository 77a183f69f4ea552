package dev.masquerade.model.codec;

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

/** Learned tokenizers whose decoder gives the content at once. */
public final class VqFamily implements ConfiguredFamily {

  /** The only one. */
  public static final VqFamily INSTANCE = new VqFamily();

  private VqFamily() {}

  @Override
  public String name() {
    return "vq";
  }

  /**
   * {@inheritDoc}
   *
   * @param lossKind of no effect: there is one content
   */
  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    VqDescription model = (VqDescription) description;
    return new VqNetwork(model.config(), model.image(), parameters);
  }

  @Override
  public JsonObject write(ModelDescription description) {
    return VqJson.write(((VqDescription) description).config());
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    return new VqDescription(VqJson.read(config), VitFamily.only(name(), modalities));
  }
}
