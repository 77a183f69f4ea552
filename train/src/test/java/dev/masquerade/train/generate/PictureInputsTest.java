package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureInputsTest {

  private static ModalitySpec pixels(String name, int channels) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Pixels(8, ChannelStatistics.symmetric(channels)),
        new TokenLayout.Grid(8, 8),
        Set.of(Role.INPUT));
  }

  @Test
  void normalsBeforePictures_areNoPictures() {
    ModelModalities modalities =
        ModelModalities.of(
            List.of(pixels("normal@64", 3), pixels("depth@64", 1), pixels("rgb@64", 3)), List.of());
    assertThat(PictureInputs.of(modalities)).containsExactly(new ModalityName("rgb@64"));
    assertThat(new ShownPictures(modalities).name()).hasToString("rgb@64");
  }

  @Test
  void modelWithoutPictures_hasNone() {
    assertThat(PictureInputs.of(ModelModalities.of(List.of(pixels("normal@64", 3)), List.of())))
        .isEmpty();
  }
}
