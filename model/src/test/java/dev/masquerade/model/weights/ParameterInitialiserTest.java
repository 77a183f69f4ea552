package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Initialisation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;

class ParameterInitialiserTest {

  private static final ModalitySpec CAPTION =
      new ModalitySpec(
          new ModalityName("caption"),
          new TokenSpace.Discrete(3000),
          new TokenLayout.Sequence(16, new SpanMarks(0, 3, 4, 20), TokenLayout.Unit.TOKEN),
          EnumSet.allOf(Role.class));
  private static final ModalitySpec DEPTH =
      new ModalitySpec(
          new ModalityName("tok_depth@64"),
          new TokenSpace.Discrete(512),
          new TokenLayout.Grid(8, 8),
          EnumSet.allOf(Role.class));
  private static final ModelConfig SMALL =
      ModelPresets.get("scenes_small").toBuilder()
          .initialisation(Initialisation.REFERENCE)
          .tiedHeads(false)
          .build();

  private final ParameterInitialiser initialiser = new ParameterInitialiser(5);

  @Test
  void equalSeeds_giveEqualValuesInAnyMemory() {
    ParameterSpec spec = layout(SMALL).get("encoder_embeddings.caption.token_emb.weight");
    ByteBuffer memory =
        ByteBuffer.allocateDirect((int) spec.elements() * 4 + 64).order(ByteOrder.nativeOrder());
    FloatBuffer direct = memory.asFloatBuffer().position(3);

    new ParameterInitialiser(5).fill(spec, direct);

    float[] copied = new float[(int) spec.elements()];
    direct.get(copied);
    assertThat(copied).isEqualTo(initialiser.values(spec));
    assertThat(new ParameterInitialiser(6).values(spec)).isNotEqualTo(copied);
  }

  @Test
  void anotherModality_changesNoOtherParameter() {
    ParameterLayout alone = ParameterLayout.of(SMALL, List.of(DEPTH));
    ParameterLayout both = ParameterLayout.of(SMALL, List.of(CAPTION, DEPTH));

    for (ParameterSpec spec : alone.owners()) {
      assertThat(initialiser.values(both.get(spec.name())))
          .as(spec.name())
          .isEqualTo(initialiser.values(spec));
    }
  }

  @Test
  void embeddings_areNormalWithTheReferencesDeviation() {
    SummaryStatistics values = statistics("encoder_embeddings.caption.token_emb.weight");

    // 384,000 values: five standard errors of the mean and of the deviation.
    assertThat(values.getMean()).isCloseTo(0, within(5 * 0.02 / Math.sqrt(values.getN())));
    assertThat(values.getStandardDeviation())
        .isCloseTo(0.02, within(5 * 0.02 / Math.sqrt(2.0 * values.getN())));
    assertThat(values.getMax()).isGreaterThan(4 * 0.02);
  }

  @Test
  void queriesKeysValues_startAsThreeSquareMaps() {
    double bound = Math.sqrt(6.0 / (128 + 128));
    SummaryStatistics values = statistics("encoder.0.attn.qkv.weight");

    assertThat(values.getMax()).isLessThanOrEqualTo(bound + 1e-7).isGreaterThan(0.999 * bound);
    assertThat(values.getMin()).isGreaterThanOrEqualTo(-bound - 1e-7).isLessThan(-0.999 * bound);
    assertThat(values.getStandardDeviation()).isCloseTo(bound / Math.sqrt(3), within(bound / 100));
  }

  @Test
  void linearMaps_startWithinTheBoundOfTheirShape() {
    double bound = Math.sqrt(6.0 / (128 + 341));
    SummaryStatistics values = statistics("decoder.1.mlp.fc2.weight");

    assertThat(values.getMax()).isLessThanOrEqualTo(bound + 1e-7).isGreaterThan(0.999 * bound);
  }

  @Test
  void tiedHeads_startAsOutputProjections() {
    ParameterSpec tied =
        layout(SMALL.toBuilder().tiedHeads(true).build())
            .get("decoder_embeddings.caption.token_emb.weight");

    assertThat(tied.rule()).isEqualTo(new InitRule.Uniform(Math.sqrt(6.0 / (3000 + 128))));
  }

  @Test
  void norms_startAsOneAndBiasesAsZero() {
    assertThat(initialiser.values(layout(SMALL).get("encoder.0.norm1.weight")))
        .containsOnly(1f)
        .hasSize(128);
    assertThat(initialiser.values(layout(SMALL).get("decoder_proj_context.bias"))).containsOnly(0f);
  }

  @Test
  void mimetic_copiesQueriesIntoKeysOfCrossAttentionAndNothingElse() {
    ParameterLayout reference = layout(SMALL);
    ParameterLayout mimetic =
        layout(SMALL.toBuilder().initialisation(Initialisation.MIMETIC).build());

    for (ParameterSpec spec : reference.owners()) {
      float[] before = initialiser.values(spec);
      float[] after = initialiser.values(mimetic.get(spec.name()));
      if (!spec.name().endsWith("cross_attn.kv.weight")) {
        assertThat(after).as(spec.name()).isEqualTo(before);
        continue;
      }
      float[] queries = initialiser.values(mimetic.get(spec.name().replace(".kv.", ".q.")));
      assertThat(Arrays.copyOf(after, queries.length)).isEqualTo(queries);
      float[] values = Arrays.copyOfRange(after, queries.length, after.length);
      assertThat(values).isNotEqualTo(queries);
      assertThat(Arrays.copyOf(before, queries.length)).isNotEqualTo(queries);
    }
  }

  @Test
  void neighbouringBlocksOfAStream_areNotAlike() {
    ParameterSpec spec =
        new ParameterSpec(
            "w", List.of(2L, 65536L), new InitRule.Uniform(1), true, Optional.empty());
    float[] values = initialiser.values(spec);

    assertThat(Arrays.copyOf(values, 65536))
        .isNotEqualTo(Arrays.copyOfRange(values, 65536, 2 * 65536));
  }

  private static ParameterLayout layout(ModelConfig config) {
    return ParameterLayout.of(config, List.of(CAPTION, DEPTH));
  }

  private SummaryStatistics statistics(String name) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (float value : initialiser.values(layout(SMALL).get(name))) {
      statistics.addValue(value);
    }
    return statistics;
  }
}
