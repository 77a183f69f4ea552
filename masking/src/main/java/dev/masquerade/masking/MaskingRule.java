package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/** A declared way of masking, before it is tied to the modalities of a run. */
public sealed interface MaskingRule
    permits MaskingMixture, TransferMasking, PlaceMasking, TaskMasking {

  /**
   * Finds everything that keeps the rule from working with the modalities of a run.
   *
   * @param modalities in run order
   * @return one sentence per problem; empty where there is none
   */
  List<String> problems(List<ModalitySpec> modalities);

  /**
   * Ties the rule to the modalities of a run.
   *
   * @param modalities in run order, which is the order of samples and of a batch's parts
   * @return a policy that several threads may use at once
   * @throws IllegalArgumentException naming all {@link #problems}, if there are any
   */
  MaskingPolicy policy(List<ModalitySpec> modalities);
}
