package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * A model and what it is a model of: enough to lay out its tensors, to write its {@code
 * config.json}, and to compose its network. Equal descriptions have equal tensors and compute
 * alike.
 */
public interface ModelDescription {

  /** Returns the family that reads, writes and composes such models. */
  ModelFamily family();

  /** Returns its dimensions and choices. Of one class for all models of a family. */
  Record config();

  /** Returns its modalities in run order. */
  List<ModalitySpec> modalities();

  /** Returns the model's tensors. */
  ParameterLayout layout();

  /** Returns where its parts meet, with the widths on both sides. */
  DimensionChain chain();

  /** Returns one line that says what it is: kind, widths, depths. */
  String headline();
}
