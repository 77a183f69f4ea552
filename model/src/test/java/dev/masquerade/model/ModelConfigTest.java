package dev.masquerade.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelConfigTest {

  @Test
  void widthNotDivisibleByHeads_saysWhatToChange() {
    assertThatThrownBy(() -> ModelConfig.builder().dim(100).heads(12).build())
        .hasMessageContaining("100 is not divisible by 12")
        .hasMessageContaining("Set heads to a divisor of 100 such as 10")
        .hasMessageContaining("dim to a multiple such as 108");
  }

  @Test
  void valuesOutsideTheirRange_areRefusedByName() {
    assertThatThrownBy(() -> ModelConfig.builder().dim(30).heads(2).build())
        .hasMessage("dim must be a multiple of 4, up to 65536, was 30");
    assertThatThrownBy(() -> ModelConfig.builder().encoderDropPath(1).build())
        .hasMessage("encoderDropPath must be in [0, 1), was 1.0");
    assertThatThrownBy(() -> ModelConfig.builder().mlpRatio(Double.NaN).build())
        .hasMessageContaining("mlpRatio must be");
    assertThatThrownBy(() -> ModelConfig.builder().imageSize(60).patchSize(16).build())
        .hasMessage("imageSize must be a multiple of patchSize 16, was 60");
    assertThatThrownBy(() -> ModelConfig.builder().outputs(10).build())
        .hasMessageContaining("set decoderDepth to 0");
  }

  @Test
  void hiddenWidthOfSwiglu_isTwoThirdsRoundedDown() {
    ModelConfig swiglu = ModelConfig.builder().dim(32).heads(4).build();

    assertThat(swiglu.hiddenWidth()).isEqualTo(85);
    assertThat(swiglu.toBuilder().activation(Activation.GELU).build().hiddenWidth()).isEqualTo(128);
  }

  @Test
  void dropPath_risesLinearlyOverItsStack() {
    ModelConfig own =
        ModelConfig.builder()
            .encoderDepth(3)
            .decoderDepth(2)
            .encoderDropPath(0.4)
            .decoderDropPath(0.2)
            .build();
    ModelConfig shared = own.toBuilder().sharedDropPath(true).build();

    assertThat(own.encoderDropPathOf(0)).isZero();
    assertThat(own.encoderDropPathOf(1)).isCloseTo(0.2, within(1e-12));
    assertThat(own.encoderDropPathOf(2)).isCloseTo(0.4, within(1e-12));
    assertThat(own.decoderDropPathOf(1)).isCloseTo(0.2, within(1e-12));
    assertThat(shared.encoderDropPathOf(2)).isCloseTo(0.2, within(1e-12));
    assertThat(shared.decoderDropPathOf(0)).isCloseTo(0.15, within(1e-12));
    assertThat(shared.decoderDropPathOf(1)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void toBuilder_keepsEverything() {
    ModelConfig config =
        ModelPresets.get("scenes_small").toBuilder()
            .learnedPositions(Set.of("a"))
            .sequencePositionsOf(Map.of("caption", 20))
            .bottleneck(6)
            .causalDecoder(true)
            .build();

    assertThat(config.toBuilder().build()).isEqualTo(config);
  }
}
