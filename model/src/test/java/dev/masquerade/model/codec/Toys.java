package dev.masquerade.model.codec;

import ai.djl.Device;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Small tokenizers, and content of a few kinds of patches that they can learn. */
final class Toys {

  /** A transformer of one block. */
  static final CoderShape SMALL = new CoderShape.VisionTransformer(16, 1, 2, 2, true, 0);

  /** Kinds of patches in the content. */
  private static final int KINDS = 6;

  private Toys() {}

  static VqConfig config(QuantizerConfig quantizer, int latentWidth) {
    return new VqConfig(
        new VqEncoderConfig(3, 0, 2, 2, 4, SMALL, latentWidth, quantizer, false),
        SMALL,
        false,
        ReconstructionLoss.MSE);
  }

  static QuantizerConfig.Codebook codebook(
      CodeDistance distance, int codes, int books, double deadShare, boolean kMeans) {
    return new QuantizerConfig.Codebook(distance, codes, books, false, 0.8, 1, deadShare, kMeans);
  }

  /** Returns the modality that fits a tokenizer, on a grid. */
  static ModalitySpec image(VqEncoderConfig tokens, int rows, int columns) {
    TokenSpace space =
        tokens.ofClasses()
            ? new TokenSpace.ClassPatches(tokens.patchSize(), tokens.classes())
            : new TokenSpace.Continuous(tokens.patchWidth());
    return new ModalitySpec(
        new ModalityName("toy"), space, new TokenLayout.Grid(rows, columns), Set.of(Role.INPUT));
  }

  static Parameters parameters(VqConfig config) {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    return Parameters.create(
        VqTensors.of(config), Device.cpu(), spec -> FloatBuffer.wrap(initialiser.values(spec)));
  }

  /** Packs rows whose patches are of few kinds, each with a little noise. */
  static PackedBatch batch(ModalitySpec image, int rows, long seed) {
    return batch(image, rows, 0, rows, seed);
  }

  /** Packs rows {@code first} to {@code last} of such a batch. */
  static PackedBatch batch(ModalitySpec image, int rows, int first, int last, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    MaskedBatch batch = MaskedBatch.allocate(List.of(image), last - first);
    for (int row = first; row < last; row++) {
      batch.addRow("toy" + row);
    }
    MaskedBatch.Part part = batch.parts().get(0);
    int places = image.layout().places();
    for (int place = 0; place < rows * places; place++) {
      int kind = rng.nextInt(KINDS);
      UniformRandomProvider look = RandomSource.XO_RO_SHI_RO_128_PP.create(kind + 100);
      int at = place - first * places;
      boolean mine = at >= 0 && place < last * places;
      if (image.space() instanceof TokenSpace.ClassPatches patches) {
        for (int i = 0; i < patches.width(); i++) {
          int value = look.nextInt(patches.classes());
          if (mine) {
            part.pixels[at * patches.width() + i] = (byte) value;
          }
        }
      } else {
        int width = ((TokenSpace.Continuous) image.space()).width();
        for (int i = 0; i < width; i++) {
          float value = look.nextFloat() * 2 - 1 + 0.02f * rng.nextFloat();
          if (mine) {
            part.vectors[at * width + i] = value;
          }
        }
      }
    }
    for (int i = 0; i < (last - first) * places; i++) {
      part.encoderIgnored[i] = false;
    }
    return new Packer(List.of(image), PackLimits.NONE).pack(batch);
  }

  /** Takes plain steps down the gradient, with every part of a batch on its own. */
  static double step(VqNetwork network, double rate, long step, PackedBatch... parts) {
    Parameters parameters = network.parameters();
    double loss = 0;
    try (StepScope scope = StepScope.open(parameters.manager())) {
      float[][] sums = new float[parameters.trainable().size()][];
      for (PackedBatch part : parts) {
        StepResult result =
            network.lossAndGradients(
                part, Precision.FP32, RandomSource.XO_RO_SHI_RO_128_PP.create(step), scope);
        loss += result.loss().total() / parts.length;
        for (int i = 0; i < sums.length; i++) {
          var gradient = result.gradients().get(i);
          if (gradient == null) {
            continue;
          }
          float[] values = gradient.toFloatArray();
          if (sums[i] == null) {
            sums[i] = new float[values.length];
          }
          for (int k = 0; k < values.length; k++) {
            sums[i][k] += values[k] / parts.length;
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        if (sums[i] == null) {
          continue;
        }
        String name = parameters.trainable().get(i).name();
        float[] values = parameters.read(name);
        double norm = 1e-8;
        for (float g : sums[i]) {
          norm += (double) g * g;
        }
        double scale = rate / Math.sqrt(norm / values.length);
        for (int k = 0; k < values.length; k++) {
          values[k] -= (float) (scale * sums[i][k]);
        }
        parameters.write(name, FloatBuffer.wrap(values));
      }
      network.stepped(step + 1, 1000, scope);
    }
    return loss;
  }
}
