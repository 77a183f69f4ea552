package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Role;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageModalityTest {

  private final ImageModality rgb = new ImageModality(ImageContent.COLOURS);

  @Test
  void pixels_areInputUnlessToldOtherwise() {
    assertThat(rgb.open(ModalitySettings.of("rgb@32")).spec().roles()).containsExactly(Role.INPUT);
  }

  @Test
  void pixels_canBePredictedToo() {
    assertThat(rgb.open(withRoles(Set.of(Role.INPUT, Role.TARGET))).spec().roles())
        .containsExactly(Role.INPUT, Role.TARGET);
  }

  private static ModalitySettings withRoles(Set<Role> roles) {
    return new ModalitySettings(
        new ModalityName("rgb@32"), 0, 0, 0, 0, 0, Optional.empty(), roles, Map.of());
  }
}
