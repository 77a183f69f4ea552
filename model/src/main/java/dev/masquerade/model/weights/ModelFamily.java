package dev.masquerade.model.weights;

import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;

/** A kind of model, and how its network is composed. Stateless. */
public interface ModelFamily {

  /** Returns the family's name, for example "mae". */
  String name();

  /**
   * Says whether trained vectors that are neither biases nor of norms are pulled towards zero, as
   * the family's reference trains.
   */
  default boolean decaysVectors() {
    return false;
  }

  /**
   * Composes the network.
   *
   * @param description of this family
   * @param parameters laid out by {@code description}; they stay with the caller, who closes them
   *     after the network
   * @param lossKind how losses of modalities become one, where the family leaves that open
   */
  Network network(ModelDescription description, Parameters parameters, LossKind lossKind);
}
