package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of predicted cluster assignments with the teacher's, which are balanced over the
 * batch place by place, so that no cluster stands for a place: {@code -sum(q log softmax(s /
 * studentTemperature))}, the mean over predicted tokens. Given the teacher's own scores as the
 * student's, it trains the clusters.
 *
 * @param teacherTemperature positive
 * @param studentTemperature positive
 * @param iterations of balancing, at least 0
 * @see <a href="https://arxiv.org/abs/2502.08769">Cluster and Predict Latent Patches for Improved
 *     Masked Image Modeling</a>
 */
public record CapiLoss(double teacherTemperature, double studentTemperature, int iterations) {

  /** What the paper trains with. */
  public static final CapiLoss DEFAULT = new CapiLoss(0.06, 0.12, 3);

  public CapiLoss {
    Temperatures.require("teacherTemperature", teacherTemperature);
    Temperatures.require("studentTemperature", studentTemperature);
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0, was " + iterations);
    }
  }

  /**
   * Computes the loss.
   *
   * @param teacher (B, N, K) scores of all tokens
   * @param student (B, M, K) scores of predicted tokens
   * @param places (B, M) int64, which of the teacher's tokens the student predicts; null where M is
   *     N and all are
   * @return a scalar
   */
  public NDArray of(
      KernelModule kernels,
      NDArray teacher,
      NDArray student,
      @Nullable NDArray places,
      StepScope scope) {
    NDArray chosen = places == null ? scope.manager().create(new Shape(0), DataType.INT64) : places;
    return kernels
        .call(
            scope.manager(),
            "capi_loss",
            teacher,
            student,
            chosen,
            teacherTemperature,
            studentTemperature,
            iterations)
        .get(0);
  }
}
