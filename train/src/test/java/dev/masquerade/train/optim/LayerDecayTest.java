package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LayerDecayTest {

  @Test
  void layers_countFromTokensToHead() {
    LayerDecay layers = new LayerDecay(0.5, 3);

    assertThat(layers.of("pos_embed")).isEqualTo(1 / 16.0);
    assertThat(layers.of("patch_embed.proj.weight")).isEqualTo(1 / 16.0);
    assertThat(layers.of("blocks.0.norm1.weight")).isEqualTo(1 / 8.0);
    assertThat(layers.of("blocks.2.mlp.fc1.bias")).isEqualTo(0.5);
    assertThat(layers.of("fc_norm.weight")).isEqualTo(1);
    assertThat(layers.of("head.bias")).isEqualTo(1);
  }

  @Test
  void blockThatIsNotThere_isRejected() {
    assertThatThrownBy(() -> new LayerDecay(0.5, 3).of("blocks.3.norm1.weight"))
        .hasMessage("blocks.3.norm1.weight is of no block of a transformer with 3 blocks");
    assertThatThrownBy(() -> new LayerDecay(0, 3)).hasMessageContaining("at most 1, was 0.0");
  }

  @Test
  void rules_differOnTokensAndVectors() {
    assertThat(DecayRule.NORMS_AND_BIASES_FREE.decays("gamma", 1)).isTrue();
    assertThat(DecayRule.VECTORS_FREE.decays("gamma", 1)).isFalse();
    assertThat(DecayRule.VECTORS_FREE.decays("mask_token", 3)).isTrue();
    assertThat(DecayRule.VECTORS_AND_TOKENS_FREE.decays("cls_token", 3)).isFalse();
    assertThat(DecayRule.VECTORS_AND_TOKENS_FREE.decays("head.weight", 2)).isTrue();
    assertThat(DecayRule.NORMS_AND_BIASES_FREE.decays("blocks.0.norm1.weight", 1)).isFalse();
  }
}
