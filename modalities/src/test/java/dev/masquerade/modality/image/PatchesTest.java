package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PatchesTest {

  private static PixelImage counted(int height, int width, int channels) {
    byte[] samples = new byte[height * width * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) i;
    }
    return new PixelImage(height, width, channels, samples);
  }

  @Test
  void patches_areFlattenedRowColumnChannel() {
    byte[] patches = Patches.split(counted(4, 4, 2), 2);
    // The second patch starts at row 0, column 2; its second row is row 1.
    assertThat(patches)
        .startsWith(0, 1, 2, 3, 8, 9, 10, 11)
        .containsSequence(4, 5, 6, 7, 12, 13, 14, 15);
  }

  @Test
  void join_undoesSplit() {
    PixelImage image = counted(6, 9, 3);
    PixelImage joined = Patches.join(Patches.split(image, 3), 2, 3, 3, 3);
    assertThat(joined.samples()).isEqualTo(image.samples());
  }

  @Test
  void edgeThatIsNoMultiple_isRefused() {
    assertThatThrownBy(() -> Patches.split(counted(4, 6, 1), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6");
  }
}
