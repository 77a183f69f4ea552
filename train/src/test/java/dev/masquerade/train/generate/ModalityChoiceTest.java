package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What people write for modalities. */
class ModalityChoiceTest {

  private static final List<ModalityName> NAMES =
      Stream.of(
              "rgb@64",
              "tok_rgb@64",
              "tok_depth@64",
              "tok_normal@64",
              "tok_clip@64",
              "tok_clip@128",
              "caption",
              "det")
          .map(ModalityName::new)
          .toList();

  private static String chosen(String written) {
    return ModalityChoice.of(written, NAMES, "an input").value();
  }

  @Test
  void wholeNameBaseAndShortName_areUnderstood() {
    assertThat(chosen("tok_depth@64")).isEqualTo("tok_depth@64");
    assertThat(chosen("tok_depth")).isEqualTo("tok_depth@64");
    assertThat(chosen("Depth")).isEqualTo("tok_depth@64");
    assertThat(chosen("rgb")).isEqualTo("rgb@64");
    assertThat(chosen("boxes")).isEqualTo("det");
    assertThat(chosen("normals")).isEqualTo("tok_normal@64");
  }

  @Test
  void severalSizes_areNamed() {
    assertThatThrownBy(() -> chosen("clip"))
        .isInstanceOf(GenerationRefusedException.class)
        .hasMessageContaining("tok_clip@64, tok_clip@128");
    assertThat(chosen("tok_clip@128")).isEqualTo("tok_clip@128");
  }

  @Test
  void misspeltName_isAnsweredWithTheNearest() {
    assertThatThrownBy(() -> chosen("dept"))
        .hasMessageContaining("\"dept\" is not an input. Did you mean \"depth\"? It has rgb@64,");
  }
}
