package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PictureNamesTest {

  @Test
  void noTwoImages_shareAPicture() {
    PictureNames names = new PictureNames("reconstructions.png");

    assertThat(names.next("a/b.jpg")).isEqualTo("a_b.jpg.png");
    assertThat(names.next("a_b.jpg")).isEqualTo("a_b.jpg-2.png");
    assertThat(names.next("A_b.jpg")).isEqualTo("A_b.jpg-3.png");
    assertThat(names.next("reconstructions")).isEqualTo("reconstructions-2.png");
  }
}
