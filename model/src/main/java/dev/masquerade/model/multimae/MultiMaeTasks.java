package dev.masquerade.model.multimae;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tasks that fit the modalities of a run: mean squared error for pixels, mean absolute error for
 * other numbers such as depth, cross-entropy for classes.
 *
 * @param patchSize edge of a patch in pixels of the full image, the same for all
 * @param inputs tasks of modalities that an encoder may see
 * @param outputs tasks of modalities that are predicted
 */
public record MultiMaeTasks(int patchSize, List<InputTask> inputs, List<OutputTask> outputs) {

  /** Width of class embeddings in the reference. */
  private static final int CLASS_WIDTH = 64;

  public MultiMaeTasks {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Makes a task of each modality.
   *
   * @param decoder dimensions of every decoder
   * @param extraNormalised name of a task, such as {@code rgb}, that gets a second decoder {@code
   *     norm_NAME} of normalised pixels
   * @throws IllegalArgumentException if a modality is not patches of pixels, numbers or classes, or
   *     if none is of that name
   */
  public static MultiMaeTasks of(
      List<ModalitySpec> modalities, DecoderShape decoder, Optional<String> extraNormalised) {
    int patchSize = 1;
    for (ModalitySpec spec : modalities) {
      patchSize = Math.max(patchSize, edge(spec));
    }
    List<InputTask> inputs = new ArrayList<>();
    List<OutputTask> outputs = new ArrayList<>();
    for (ModalitySpec spec : modalities) {
      String name = spec.name().base();
      int stride = Math.max(1, patchSize / edge(spec));
      if (spec.isInput()) {
        inputs.add(new InputTask(name, patchSize, stride, content(spec)));
      }
      if (spec.isTarget()) {
        int channels = content(spec).channels();
        outputs.add(
            new OutputTask(name, name, patchSize, stride, channels, decoder, loss(spec), false));
      }
    }
    if (extraNormalised.isPresent()) {
      outputs.add(normalised(outputs, extraNormalised.get()));
    }
    return new MultiMaeTasks(patchSize, inputs, outputs);
  }

  private static OutputTask normalised(List<OutputTask> outputs, String name) {
    for (OutputTask task : outputs) {
      if (task.name().equals(name)) {
        return new OutputTask(
            "norm_" + name,
            name,
            task.patchSize(),
            task.strideLevel(),
            task.channels(),
            task.decoder(),
            task.loss(),
            true);
      }
    }
    throw new IllegalArgumentException(
        "a decoder of normalised pixels was asked for "
            + name
            + ", which is not a target; targets are "
            + outputs.stream().map(OutputTask::name).toList());
  }

  private static int edge(ModalitySpec spec) {
    TokenSpace space = spec.space();
    if (space instanceof TokenSpace.Pixels pixels) {
      return pixels.patchSize();
    }
    if (space instanceof TokenSpace.ClassPatches patches) {
      return patches.patchSize();
    }
    if (space instanceof TokenSpace.Continuous vectors) {
      int edge = (int) Math.round(Math.sqrt(vectors.width()));
      if (edge * edge == vectors.width()) {
        return edge;
      }
      throw new IllegalArgumentException(
          spec.name()
              + " has tokens of "
              + vectors.width()
              + " numbers, which are not square patches of one channel");
    }
    throw new IllegalArgumentException(
        spec.name()
            + " holds ids; a masked autoencoder takes patches of pixels, numbers or classes");
  }

  private static TaskContent content(ModalitySpec spec) {
    if (spec.space() instanceof TokenSpace.Pixels pixels) {
      return new TaskContent.Numbers(pixels.statistics().channels());
    }
    if (spec.space() instanceof TokenSpace.ClassPatches patches) {
      return new TaskContent.Classes(patches.classes(), CLASS_WIDTH);
    }
    return new TaskContent.Numbers(1);
  }

  private static TaskLoss loss(ModalitySpec spec) {
    if (spec.space() instanceof TokenSpace.Pixels) {
      return TaskLoss.MSE;
    }
    return spec.space() instanceof TokenSpace.ClassPatches ? TaskLoss.CROSS_ENTROPY : TaskLoss.L1;
  }
}
