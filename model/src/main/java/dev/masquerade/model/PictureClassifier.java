package dev.masquerade.model;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import org.apache.commons.rng.UniformRandomProvider;

/** An encoder with a head that tells classes of pictures, of whatever family. */
public interface PictureClassifier extends AutoCloseable {

  /**
   * Computes the scores of all classes, for evaluation.
   *
   * @return (B, classes) float32, owned by the scope
   */
  NDArray logits(PackedBatch batch, Precision precision, StepScope scope);

  /**
   * Computes the mean cross-entropy of the head, and its gradients.
   *
   * @param targets (B, classes) float32: the share of each class, 1 in each row
   * @param rng stream of this step, for drop path
   * @param scope below the parameters' manager
   */
  StepResult lossAndGradients(
      PackedBatch batch,
      NDArray targets,
      Precision precision,
      UniformRandomProvider rng,
      StepScope scope);

  @Override
  void close();
}
