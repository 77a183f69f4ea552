package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModalityNameTest {

  @Test
  void sizeAfterTheSign_isTheEdgeInPixels() {
    ModalityName name = new ModalityName("tok_rgb@224");
    assertThat(name.base()).isEqualTo("tok_rgb");
    assertThat(name.size()).isEqualTo(224);
    assertThat(name.grid()).isEmpty();
  }

  @Test
  void twoNumbersAfterTheSign_areRowsAndColumns() {
    ModalityName name = new ModalityName("tok_semseg@24x40");
    assertThat(name.size()).isZero();
    assertThat(name.grid()).contains(new TokenLayout.Grid(24, 40));
  }

  @Test
  void nameWithoutSize_hasNone() {
    assertThat(new ModalityName("caption").size()).isZero();
    assertThat(new ModalityName("caption").grid()).isEmpty();
  }

  @Test
  void nameWithASlash_isRefused() {
    assertThatThrownBy(() -> new ModalityName("../rgb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("../rgb");
  }
}
