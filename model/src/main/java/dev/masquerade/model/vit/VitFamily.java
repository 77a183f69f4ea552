package dev.masquerade.model.vit;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ConfigValues;
import dev.masquerade.model.weights.ConfiguredFamily;
import dev.masquerade.model.weights.ModelDescription;
import java.util.List;

/** Vision transformers, which see one image. */
public final class VitFamily implements ConfiguredFamily {

  /** The only one. */
  public static final VitFamily INSTANCE = new VitFamily();

  private VitFamily() {}

  @Override
  public String name() {
    return "vit";
  }

  /**
   * Refuses: without targets that say what is in an image, a vision transformer has no loss.
   *
   * @throws IllegalArgumentException always, saying what to train instead
   */
  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    throw new IllegalArgumentException(
        "a vision transformer alone predicts nothing of its images. Pre-train a masked autoencoder"
            + " around it, or fine-tune it on labels");
  }

  @Override
  public JsonObject write(ModelDescription description) {
    return VitJson.write(((VitDescription) description).config());
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    return new VitDescription(VitJson.read(config), only(name(), modalities));
  }

  /**
   * Returns the one image of a model.
   *
   * @param family names the model in the message
   * @throws IllegalArgumentException if there is none, or more than one modality
   */
  public static ModalitySpec only(String family, List<ModalitySpec> modalities) {
    if (modalities.size() != 1) {
      throw new IllegalArgumentException(
          "a model of family "
              + family
              + " has one modality, its image, but there are "
              + modalities.size()
              + ": "
              + modalities.stream().map(ModalitySpec::name).toList());
    }
    return modalities.get(0);
  }
}
