package dev.masquerade.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPresetsTest {

  /** Millions of parameters outside embeddings and heads, as the family is known by. */
  @ParameterizedTest
  @CsvSource({
    "fm_tiny_6e_6d_swiglu_nobias, 384, 6, 6, 25, 0.5",
    "fm_small_8e_8d_swiglu_nobias, 512, 8, 8, 59, 0.5",
    "fm_base_12e_12d_swiglu_nobias, 768, 12, 12, 199, 0.5",
    "fm_large_24e_24d_swiglu_nobias, 1024, 24, 16, 705, 1",
    "fm_xlarge_24e_24d_swiglu_nobias, 2048, 24, 32, 2800, 50",
  })
  void family_hasTheDimensionsAndSizesOfTheReference(
      String name, int dim, int depth, int heads, double millions, double tolerance) {
    ModelConfig config = ModelPresets.get(name);

    assertThat(config.dim()).isEqualTo(dim);
    assertThat(config.encoderDepth()).isEqualTo(depth);
    assertThat(config.decoderDepth()).isEqualTo(depth);
    assertThat(config.heads()).isEqualTo(heads);
    assertThat(ParameterLayout.of(config, List.of()).backboneCount() / 1e6)
        .isCloseTo(millions, within(tolerance));
  }

  @Test
  void base_hasExactlyTheBackboneOfTheReference() {
    assertThat(ParameterLayout.of(ModelPresets.get("fm_base"), List.of()).backboneCount())
        .isEqualTo(198_829_056L);
  }

  @Test
  void shortNames_meanSwigluWithoutBiases() {
    assertThat(ModelPresets.get("fm_base"))
        .isEqualTo(ModelPresets.get("fm_base_12e_12d_swiglu_nobias"));
    assertThat(ModelPresets.get("fm_vit_xlarge"))
        .isEqualTo(ModelPresets.get("fm_vit_xlarge_24e_swiglu_nobias"));
  }

  @Test
  void variants_areThoseOfTheReference() {
    assertThat(ModelPresets.names())
        .contains(
            "fm_tiny_6e_6d_gelu",
            "fm_base_12e_12d_swiglu_qknorm_nobias",
            "fm_large_24e_24d_swiglu_qknorm_nobias",
            "fm_xlarge_24e_24d_swiglu_qknorm_nobias",
            "fm_vit_small_8e_gelu",
            "fm_vit_base_12e_swiglu_qknorm_nobias",
            "scenes_small")
        .doesNotContain("fm_tiny_6e_6d_swiglu_qknorm_nobias", "fm_small_8e_8d_swiglu_qknorm_nobias")
        .hasSize(1 + 5 * 6 + 3 * 2);
    assertThat(ModelPresets.get("fm_tiny_6e_6d_gelu").normBias()).isTrue();
    assertThat(ModelPresets.get("fm_base_12e_12d_swiglu_qknorm_nobias").qkNorm()).isTrue();
  }

  @Test
  void encoderAlone_hasNoDecoderTensorsAndAnOutputHeadOnRequest() {
    ModelConfig config = ModelPresets.get("fm_vit_tiny").toBuilder().outputs(10).build();
    ModalitySpec rgb =
        new ModalitySpec(
            new ModalityName("rgb@224"),
            new TokenSpace.Pixels(16, ChannelStatistics.IMAGENET),
            new TokenLayout.Grid(14, 14),
            Set.of(Role.INPUT));

    ParameterLayout layout = ParameterLayout.of(config, List.of(rgb));

    assertThat(layout.contains("mask_token")).isFalse();
    assertThat(layout.contains("decoder_norm.weight")).isFalse();
    assertThat(layout.get("output_head.weight").shape()).containsExactly(10L, 384L);
  }

  @Test
  void unknownName_isRefusedWithTheNearest() {
    assertThatThrownBy(() -> ModelPresets.get("fm_bas"))
        .hasMessageContaining("\"fm_bas\" is not a model preset")
        .hasMessageContaining("Did you mean \"fm_base\"?");
  }
}
