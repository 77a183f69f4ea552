package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import org.junit.jupiter.api.Test;

class PatchPictureTest {

  private static final TokenSpace.Pixels PIXELS =
      new TokenSpace.Pixels(2, ChannelStatistics.IMAGENET);
  private static final TokenLayout.Grid GRID = new TokenLayout.Grid(2, 3);

  @Test
  void cutPicture_isJoinedAgain() {
    float[] values = new float[3 * 4 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 255f;
    }
    Planes picture = new Planes(3, 4, 6, values);
    TokenizedModality.PixelPatches patches = PatchPicture.cut(picture, PIXELS, GRID).orElseThrow();
    assertThat(patches.length()).isEqualTo(6);
    assertThat(PatchPicture.join(patches, PIXELS, GRID).values()).containsExactly(values);
  }

  @Test
  void pictureOfAnotherSize_isNotCut() {
    assertThat(PatchPicture.cut(Planes.zeros(3, 6, 6), PIXELS, GRID)).isEmpty();
    assertThat(PatchPicture.cut(Planes.zeros(1, 4, 6), PIXELS, GRID)).isEmpty();
  }
}
