package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.byol.ByolConfig;
import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every difference of two models has words, whether or not their headlines tell it. */
class ModelDifferenceTest {

  private static final VitConfig ENCODER =
      VitConfig.builder().grid(4, 4).patchSize(8).width(24).depth(2).heads(2).build();
  private static final ModalitySpec IMAGE =
      new ModalitySpec(
          new ModalityName("rgb@32"),
          new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT, Role.TARGET));

  @Test
  void lossOfAnAutoencoder_isNamed() {
    MaeConfig config = MaeConfig.mae(ENCODER, 16, 1, 2);
    assertThat(
            ModelDifference.describe(
                new MaeDescription(config, IMAGE),
                new MaeDescription(config.withLossOverAll(true), IMAGE)))
        .isEqualTo("model.lossOverAll was false, now is true");
  }

  @Test
  void momentumOfByol_isNamed() {
    ByolConfig config = ByolConfig.of(ENCODER, 32, 16);
    ByolConfig other =
        new ByolConfig(config.backbone(), config.projection(), config.prediction(), 0.5);
    assertThat(
            ModelDifference.describe(
                new ByolDescription(config, IMAGE), new ByolDescription(other, IMAGE)))
        .isEqualTo("model.momentum was " + config.momentum() + ", now is 0.5");
  }

  @Test
  void encoderOfAnAutoencoder_isNamedByItsParts() {
    MaeConfig config = MaeConfig.mae(ENCODER, 16, 1, 2);
    MaeConfig other = config.withEncoder(ENCODER.toBuilder().heads(4).build());
    assertThat(
            ModelDifference.describe(
                new MaeDescription(config, IMAGE), new MaeDescription(other, IMAGE)))
        .isEqualTo("model.encoder.heads was 2, now is 4");
  }
}
