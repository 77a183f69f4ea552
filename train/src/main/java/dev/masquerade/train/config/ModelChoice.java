package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The network of a run and the weights it starts from, before its modalities are opened. */
public sealed interface ModelChoice
    permits FourMChoice, AutoencoderChoice, MultiMaeChoice, ByolChoice, TokenizerChoice {

  /** Returns the name it was derived from, for people; empty where there was none. */
  String preset();

  /** Returns a file of weights, or the directory that holds one. */
  Optional<Path> initialWeights();

  /**
   * Settles the network for the modalities of the run.
   *
   * @param modalities as opened, in run order
   * @throws IllegalArgumentException if it does not fit them, naming both sides and what to change
   */
  ModelDescription describe(List<ModalitySpec> modalities);

  /**
   * Settles the network for the opened modalities of the run, which know more than their specs.
   *
   * @param modalities in run order
   * @throws IllegalArgumentException as {@link #describe}
   */
  default ModelDescription describeOpened(List<ModalityTokenizer> modalities) {
    return describe(modalities.stream().map(ModalityTokenizer::spec).toList());
  }
}
