package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenizedModality.PixelPatches;
import dev.masquerade.modality.View;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class NormalModalityTest {

  @Test
  void flip_turnsXRound() throws BadSampleException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        image.setRGB(x, y, x < 8 ? 0x0a1400 : 0xc81400);
      }
    }
    ModalityTokenizer normals =
        new ImageModality(ImageContent.NORMALS).open(ModalitySettings.of("normal@16"));
    byte[] flipped =
        ((PixelPatches)
                normals
                    .decode(TestPictures.store(image, "png"), "png")
                    .tokenize(new View(0, 0, 1, 1, true, 0)))
            .values();
    assertThat(flipped[0] & 0xff).isEqualTo(255 - 0xc8);
    assertThat(flipped[1] & 0xff).isEqualTo(0x14);
    assertThat(flipped[15 * 3] & 0xff).isEqualTo(255 - 0x0a);
  }
}
