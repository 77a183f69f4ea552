package dev.masquerade.model.weights;

import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;

/** Encoder-decoders over tokens. Their config has the keys of the models released for 4M. */
final class FourMFamily implements ModelFamily {

  static final FourMFamily INSTANCE = new FourMFamily();

  private FourMFamily() {}

  @Override
  public String name() {
    return "4m";
  }

  @Override
  public boolean decaysVectors() {
    return true;
  }

  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    FourMDescription model = (FourMDescription) description;
    return new MaskedModel(model.config(), model.modalities(), parameters, lossKind);
  }
}
