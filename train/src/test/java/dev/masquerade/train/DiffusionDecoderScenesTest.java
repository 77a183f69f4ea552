package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.data.scenes.Scene;
import dev.masquerade.data.scenes.SceneFrames;
import dev.masquerade.data.scenes.SceneRenderer;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.DivaeConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.DivaeNetwork;
import dev.masquerade.model.codec.diffusion.TimestepSpacing;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.train.optim.AdamW;
import dev.masquerade.train.optim.AdamWSettings;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A small tokenizer with a diffusion decoder learns rendered scenes within a minute. */
class DiffusionDecoderScenesTest {

  private static final int EDGE = 32;
  private static final int BATCH = 16;
  private static final int STEPS = 80;
  private static final int SCENES = 400;

  /** In scenes that training never showed. */
  private static final long HELD_OUT = 1_000_000;

  private static final ModalitySpec IMAGE =
      new ModalitySpec(
          new ModalityName("rgb@32"),
          new TokenSpace.Continuous(8 * 8 * 3),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT));

  private static DivaeDescription description() {
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            3,
            0,
            4,
            4,
            8,
            new CoderShape.VisionTransformer(64, 2, 4, true),
            16,
            new QuantizerConfig.Codebook(
                CodeDistance.COSINE, 256, 1, false, 0.95, 1, 1.0 / 32, true),
            false);
    return new DivaeDescription(
        new DivaeConfig(
            tokens,
            new UnetConfig(3, 16, 2, 32, 1, Set.of(2), List.of(1, 2), 2),
            DiffusionConfig.published(),
            ConditionDropout.ofAll(0.1),
            new DecodingSettings(10, TimestepSpacing.TRAILING, 1, 0),
            false),
        IMAGE);
  }

  /** Renders a scene in [-1, 1]. */
  private static Planes frame(long index) {
    SceneFrames scene = SceneRenderer.render(Scene.sample(11, index), EDGE);
    int pixels = EDGE * EDGE;
    float[] values = new float[3 * pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        values[channel * pixels + pixel] = (scene.rgb[pixel * 3 + channel] & 0xff) / 127.5f - 1;
      }
    }
    return new Planes(3, EDGE, EDGE, values);
  }

  private static List<Planes> frames(long first, int count) {
    List<Planes> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(frame(first + i));
    }
    return frames;
  }

  private static float[] together(List<Planes> frames) {
    int each = 3 * EDGE * EDGE;
    float[] all = new float[each * frames.size()];
    for (int i = 0; i < frames.size(); i++) {
      System.arraycopy(frames.get(i).values(), 0, all, i * each, each);
    }
    return all;
  }

  private static double error(List<Planes> some, List<Planes> others) {
    float[] a = together(some);
    float[] b = together(others);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return sum / a.length;
  }

  private static Planes mean(List<Planes> frames) {
    float[] mean = new float[3 * EDGE * EDGE];
    for (Planes frame : frames) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += frame.values()[i] / frames.size();
      }
    }
    return new Planes(3, EDGE, EDGE, mean);
  }

  /** Trains and returns the mean loss of the first ten and of the last ten steps. */
  private static double[] train(DivaeDescription description, Parameters parameters) {
    List<Planes> scenes = frames(0, SCENES);
    Map<String, NDArray> trained = new LinkedHashMap<>();
    parameters.trainable().forEach(spec -> trained.put(spec.name(), parameters.get(spec.name())));
    double[] ends = new double[2];
    try (DivaeNetwork network = new DivaeNetwork(description, parameters);
        AdamW optimiser = new AdamW(trained, AdamWSettings.REFERENCE, parameters.manager())) {
      for (int step = 1; step <= STEPS; step++) {
        int first = (step - 1) * BATCH % SCENES;
        try (PackedBatch batch =
                GoldenImages.packWhole(
                    IMAGE,
                    together(scenes.subList(first, first + BATCH)),
                    List.of((long) BATCH, 3L, (long) EDGE, (long) EDGE));
            StepScope scope = StepScope.open(parameters.manager())) {
          StepResult result =
              network.lossAndGradients(
                  batch,
                  Precision.FP32,
                  new SampleStreams(3).stream(step, "", Purpose.DROP_PATH),
                  scope);
          double loss = result.loss().modalities().get(0).loss();
          ends[0] += step <= 10 ? loss / 10 : 0;
          ends[1] += step > STEPS - 10 ? loss / 10 : 0;
          double rate = 2e-3 * Math.min(1, step / 10.0) * Math.min(1, (STEPS - step + 1) / 25.0);
          optimiser.step(scope, result.gradients().list(), rate, 0.01);
          network.stepped(step, STEPS, scope);
        }
      }
    }
    return ends;
  }

  @Test
  void trainedDecoder_showsHeldOutScenes() {
    DivaeDescription description = description();
    ParameterInitialiser start = new ParameterInitialiser(5);
    try (Parameters parameters =
        Parameters.create(
            description.layout(), Device.cpu(), spec -> FloatBuffer.wrap(start.values(spec)))) {
      double[] losses = train(description, parameters);
      assertThat(losses[1]).isLessThan(0.7 * losses[0]);
      List<Planes> held = frames(HELD_OUT, 16);
      try (FrameTokenizer tokenizer = description.tokenizer(parameters, Precision.FP32)) {
        List<Planes> decoded = tokenizer.decode(tokenizer.encode(held));
        double error = error(decoded, held);
        // What could be shown without knowing anything of a scene.
        double prior = error(Collections.nCopies(16, mean(frames(0, 100))), held);
        List<Planes> others = new ArrayList<>(decoded);
        Collections.rotate(others, 1);
        assertThat(error).isLessThan(0.75 * prior);
        assertThat(error).isLessThan(error(others, held) / 2);
      }
    }
  }
}
