package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;

/**
 * Cross-entropy of every view of a student with every other view of its teacher: the mean over
 * pairs and rows of {@code -sum(softmax((t - c) / teacherTemperature) log softmax(s /
 * studentTemperature))}. Moves the centre afterwards.
 *
 * @param warmUpTemperature of the teacher in the first epoch, positive
 * @param teacherTemperature of the teacher once warm, positive
 * @param warmUpEpochs over which the first goes linearly to the second, at least 0
 * @param studentTemperature positive
 * @see <a href="https://arxiv.org/abs/2104.14294">Emerging Properties in Self-Supervised Vision
 *     Transformers</a>
 */
public record DinoLoss(
    double warmUpTemperature,
    double teacherTemperature,
    int warmUpEpochs,
    double studentTemperature) {

  /** What Lightly trains with. */
  public static final DinoLoss DEFAULT = new DinoLoss(0.04, 0.04, 30, 0.1);

  public DinoLoss {
    Temperatures.require("warmUpTemperature", warmUpTemperature);
    Temperatures.require("teacherTemperature", teacherTemperature);
    Temperatures.require("studentTemperature", studentTemperature);
    if (warmUpEpochs < 0) {
      throw new IllegalArgumentException("warmUpEpochs must be at least 0, was " + warmUpEpochs);
    }
  }

  /** Returns the teacher's temperature in an epoch, counted from 0. */
  public double teacherTemperature(int epoch) {
    if (epoch >= warmUpEpochs || warmUpEpochs < 2) {
      return epoch >= warmUpEpochs ? teacherTemperature : warmUpTemperature;
    }
    double share = (double) epoch / (warmUpEpochs - 1);
    return warmUpTemperature + share * (teacherTemperature - warmUpTemperature);
  }

  /**
   * Computes the loss.
   *
   * @param teachers (V, B, K) outputs for V views
   * @param students (W, B, K) outputs for W views, the first V of which are the teacher's
   * @param epoch from 0
   * @return a scalar
   */
  public NDArray of(
      KernelModule kernels,
      NDArray teachers,
      NDArray students,
      int epoch,
      Centre centre,
      StepScope scope) {
    long given = teachers.getShape().get(0);
    long views = students.getShape().get(0);
    long pairs = given * views - Math.min(given, views);
    if (pairs < 1) {
      throw new IllegalArgumentException(
          "a view is compared with others, but there are only " + given + " and " + views);
    }
    NDArray loss =
        kernels
            .call(
                scope.manager(),
                "dino_loss",
                teachers,
                students,
                centre.value(),
                teacherTemperature(epoch),
                studentTemperature,
                pairs)
            .get(0);
    centre.update(teachers, scope);
    return loss;
  }
}
