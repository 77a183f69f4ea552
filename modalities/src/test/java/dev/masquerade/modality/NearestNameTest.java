package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> NAMES = List.of("caption", "depth", "rgb", "tok_rgb");

  @Test
  void missingLetter_isFound() {
    assertThat(NearestName.of("dept", NAMES)).contains("depth");
  }

  @Test
  void exchangedLetters_areOneEdit() {
    assertThat(NearestName.of("rbg", NAMES)).contains("rgb");
  }

  @Test
  void somethingElse_hasNoNearestName() {
    assertThat(NearestName.of("loudspeaker", NAMES)).isEmpty();
  }
}
