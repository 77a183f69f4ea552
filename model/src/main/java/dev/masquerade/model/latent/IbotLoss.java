package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;

/**
 * Cross-entropy of a student's masked patches with the teacher's view of them: {@code
 * -sum(softmax((t - c) / teacherTemperature) log softmax(s / studentTemperature))}, the mean over
 * the masked patches of an image, then over images. Moves the centre afterwards.
 *
 * @param teacherTemperature positive
 * @param studentTemperature positive
 * @see <a href="https://arxiv.org/abs/2111.07832">iBOT: Image BERT Pre-Training with Online
 *     Tokenizer</a>
 */
public record IbotLoss(double teacherTemperature, double studentTemperature) {

  /** What the paper trains with. */
  public static final IbotLoss DEFAULT = new IbotLoss(0.04, 0.1);

  public IbotLoss {
    Temperatures.require("teacherTemperature", teacherTemperature);
    Temperatures.require("studentTemperature", studentTemperature);
  }

  /**
   * Computes the loss.
   *
   * @param teacher (T, K) of the T masked patches of all images, image by image
   * @param student (T, K) of the same
   * @param masked (B, H, W) bool, T of them true
   * @return a scalar
   */
  public NDArray of(
      KernelModule kernels,
      NDArray teacher,
      NDArray student,
      NDArray masked,
      Centre centre,
      StepScope scope) {
    NDArray loss =
        kernels
            .call(
                scope.manager(),
                "ibot_loss",
                teacher,
                student,
                masked,
                centre.value(),
                teacherTemperature,
                studentTemperature)
            .get(0);
    centre.update(teacher, scope);
    return loss;
  }
}
