package dev.masquerade.model.sample;

import ai.djl.Device;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A model of pictures, depth, text and vectors, with weights large enough to care for its input.
 */
final class SmallGenerator implements AutoCloseable {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);
  static final SpanMarks MARKS = new SpanMarks(0, 3, 4, 20);

  static final ModalitySpec RGB =
      new ModalitySpec(
          new ModalityName("rgb@16"),
          new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT));
  static final ModalitySpec DEPTH =
      new ModalitySpec(
          new ModalityName("tok_depth@16"),
          new TokenSpace.Discrete(50),
          new TokenLayout.Grid(4, 4),
          BOTH);
  static final ModalitySpec NORMAL =
      new ModalitySpec(
          new ModalityName("tok_normal@16"),
          new TokenSpace.Discrete(40),
          new TokenLayout.Grid(4, 4),
          BOTH);
  static final ModalitySpec CAPTION =
      new ModalitySpec(
          new ModalityName("caption"),
          new TokenSpace.Discrete(90),
          new TokenLayout.Sequence(12, MARKS, TokenLayout.Unit.TOKEN),
          BOTH);
  static final ModalitySpec VECTORS =
      new ModalitySpec(
          new ModalityName("t5_caption"),
          new TokenSpace.Continuous(6),
          new TokenLayout.Vectors(5),
          Set.of(Role.INPUT));
  static final List<ModalitySpec> MODALITIES = List.of(RGB, DEPTH, NORMAL, CAPTION, VECTORS);

  final MaskedModel model;
  final Sampler sampler;
  private final Parameters parameters;

  SmallGenerator() {
    this(
        ModelConfig.builder()
            .dim(32)
            .heads(4)
            .encoderDepth(2)
            .decoderDepth(2)
            .sequencePositions(16)
            .imageSize(16)
            .patchSize(4));
  }

  SmallGenerator(ModelConfig.Builder builder) {
    ModelConfig config = builder.build();
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(17);
    ParameterInitialiser start = new ParameterInitialiser(7);
    parameters =
        Parameters.create(
            ParameterLayout.of(config, MODALITIES),
            Device.cpu(),
            spec -> {
              float[] values = start.values(spec);
              if (spec.trainable()) {
                for (int i = 0; i < values.length; i++) {
                  values[i] = 1.5f * values[i] + 0.1f * (rng.nextFloat() - 0.5f);
                }
              }
              return FloatBuffer.wrap(values);
            });
    model = new MaskedModel(config, MODALITIES, parameters, LossKind.PER_MODALITY);
    sampler = new Sampler(model, Precision.FP32);
  }

  static TokenizedModality picture(long seed) {
    byte[] samples = new byte[16 * 48];
    RandomSource.SPLIT_MIX_64.create(seed).nextBytes(samples);
    return new TokenizedModality.PixelPatches(samples, 48);
  }

  static TokenizedModality grid(ModalitySpec spec, long seed) {
    int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
    return new TokenizedModality.IdGrid(
        RandomSource.SPLIT_MIX_64.create(seed).ints(0, vocabulary).limit(16).toArray());
  }

  static TokenizedModality text(int... ids) {
    return new TokenizedModality.IdSequence(ids);
  }

  @Override
  public void close() {
    sampler.close();
    model.close();
    parameters.close();
  }
}
