package dev.masquerade.model.codec.diffusion;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** A tokenizer of {@link TwoColours} that is small enough to be trained in a test. */
final class SmallDivae {

  static final ModalitySpec IMAGE =
      new ModalitySpec(
          new ModalityName("rgb@16"),
          new TokenSpace.Continuous(4 * 4 * 3),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT));

  private SmallDivae() {}

  static VqEncoderConfig tokens() {
    return new VqEncoderConfig(
        3,
        0,
        4,
        4,
        4,
        new CoderShape.VisionTransformer(32, 1, 2, false),
        8,
        new QuantizerConfig.Codebook(CodeDistance.COSINE, 16, 1, false, 0.9, 1, 1.0 / 32, true),
        false);
  }

  static DivaeConfig config(
      PredictionType prediction, ConditionDropout dropout, boolean frozenEncoder) {
    return new DivaeConfig(
        tokens(),
        new UnetConfig(3, 8, 2, 32, 1, Set.of(), List.of(1), 1),
        new DiffusionConfig(1000, prediction, new BetaSchedule.Linear(), true, true),
        dropout,
        new DecodingSettings(10, TimestepSpacing.TRAILING, 1, 0),
        frozenEncoder);
  }

  static DivaeDescription description(
      PredictionType prediction, ConditionDropout dropout, boolean frozenEncoder) {
    return new DivaeDescription(config(prediction, dropout, frozenEncoder), IMAGE);
  }

  static Parameters parameters(DivaeDescription description) {
    ParameterInitialiser start = new ParameterInitialiser(5);
    return Parameters.create(
        description.layout(), Device.cpu(), spec -> FloatBuffer.wrap(start.values(spec)));
  }

  static PackedBatch pack(List<Planes> frames) {
    return GoldenImages.packWhole(
        IMAGE,
        TwoColours.together(frames),
        List.of((long) frames.size(), 3L, (long) TwoColours.EDGE, (long) TwoColours.EDGE));
  }

  static UniformRandomProvider stream(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /** Trains by Adam and returns the mean loss of the first and of the last tenth of the steps. */
  static double[] train(DivaeNetwork network, int steps, double rate) {
    Parameters parameters = network.parameters();
    int count = parameters.trainable().size();
    float[][] first = new float[count][];
    float[][] second = new float[count][];
    double[] ends = new double[2];
    int tenth = steps / 10;
    for (int step = 1; step <= steps; step++) {
      try (PackedBatch batch = pack(TwoColours.draw(16, step));
          StepScope scope = StepScope.open(parameters.manager())) {
        StepResult result =
            network.lossAndGradients(batch, Precision.FP32, stream(1000L + step), scope);
        double loss = result.loss().total();
        ends[0] += step <= tenth ? loss / tenth : 0;
        ends[1] += step > steps - tenth ? loss / tenth : 0;
        for (int i = 0; i < count; i++) {
          NDArray gradient = result.gradients().get(i);
          if (gradient != null) {
            float[] slope = gradient.toFloatArray();
            if (first[i] == null) {
              first[i] = new float[slope.length];
              second[i] = new float[slope.length];
            }
            String name = parameters.trainable().get(i).name();
            parameters.write(
                name, adam(parameters.read(name), slope, first[i], second[i], step, rate));
          }
        }
        network.stepped(step, steps, scope);
      }
    }
    return ends;
  }

  private static FloatBuffer adam(
      float[] values, float[] slope, float[] first, float[] second, int step, double rate) {
    double unbias = rate * Math.sqrt(1 - Math.pow(0.99, step)) / (1 - Math.pow(0.9, step));
    for (int k = 0; k < values.length; k++) {
      first[k] += 0.1f * (slope[k] - first[k]);
      second[k] += 0.01f * (slope[k] * slope[k] - second[k]);
      values[k] -= (float) (unbias * first[k] / (Math.sqrt(second[k]) + 1e-8));
    }
    return FloatBuffer.wrap(values);
  }
}
