package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures that move. */
class AnimatedPngTest {

  private static final List<Picture> FRAMES =
      List.of(
          Picture.filled(5, 4, 0xff0000),
          Picture.filled(5, 4, 0x00ff00),
          Picture.filled(5, 4, 0x0000ff));

  @Test
  void everyFrame_isAnnouncedAndNumbered() {
    ByteBuffer png = ByteBuffer.wrap(AnimatedPng.write(FRAMES, 100, 900)).position(8);
    List<String> chunks = new ArrayList<>();
    int next = 0;
    while (png.hasRemaining()) {
      byte[] content = new byte[png.getInt()];
      byte[] name = new byte[4];
      png.get(name).get(content);
      CRC32 crc = new CRC32();
      crc.update(name);
      crc.update(content);
      assertThat(png.getInt()).isEqualTo((int) crc.getValue());
      String type = new String(name, StandardCharsets.US_ASCII);
      if (type.equals("fcTL") || type.equals("fdAT")) {
        assertThat(ByteBuffer.wrap(content).getInt()).isEqualTo(next++);
      }
      chunks.add(type);
    }
    assertThat(chunks)
        .containsExactly("IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND");
  }

  @Test
  void readerOfStillPictures_seesTheFirst() throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(AnimatedPng.write(FRAMES, 100, 900)));

    assertThat(image.getRGB(2, 2) & 0xffffff).isEqualTo(0xff0000);
  }

  @Test
  void framesOfTwoSizes_areRefused() {
    assertThatThrownBy(
            () ->
                AnimatedPng.write(
                    List.of(Picture.filled(5, 4, 0), Picture.filled(4, 4, 0)), 100, 100))
        .hasMessageContaining("one size");
  }
}
