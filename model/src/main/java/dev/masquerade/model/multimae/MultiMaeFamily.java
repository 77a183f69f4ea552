package dev.masquerade.model.multimae;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ConfigValues;
import dev.masquerade.model.weights.ConfiguredFamily;
import dev.masquerade.model.weights.ModelDescription;
import java.util.List;

/** Masked autoencoders of several tasks. */
public final class MultiMaeFamily implements ConfiguredFamily {

  /** The only one. */
  public static final MultiMaeFamily INSTANCE = new MultiMaeFamily();

  private MultiMaeFamily() {}

  @Override
  public String name() {
    return "multimae";
  }

  /**
   * {@inheritDoc}
   *
   * @param lossKind of no effect: how losses of tasks become one is part of the model
   */
  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    MultiMaeDescription model = (MultiMaeDescription) description;
    return new MultiMaeNetwork(model.config(), model.modalities(), parameters);
  }

  @Override
  public JsonObject write(ModelDescription description) {
    return MultiMaeJson.write(((MultiMaeDescription) description).config());
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    return new MultiMaeDescription(MultiMaeJson.read(config), modalities);
  }
}
