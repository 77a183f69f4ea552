package dev.masquerade.modality.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private final ImageDecoder decoder = new ImageDecoder(ImageDecoder.DEFAULT_PIXEL_LIMIT);

  private static int[] pixel(PixelImage image, int row, int column) {
    int at = (row * image.width() + column) * 3;
    return new int[] {
      image.samples()[at] & 0xff, image.samples()[at + 1] & 0xff, image.samples()[at + 2] & 0xff
    };
  }

  private static void assertEqual(PixelImage image, BufferedImage expected) {
    assertThat(image.size()).isEqualTo(new FrameSize(expected.getHeight(), expected.getWidth()));
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = expected.getRGB(x, y);
        assertThat(pixel(image, y, x))
            .containsExactly(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
      }
    }
  }

  @Test
  void png_isDecodedExactly() throws BadSampleException {
    BufferedImage drawn = TestPictures.colours(13, 7);
    assertEqual(decoder.colours(TestPictures.store(drawn, "png")), drawn);
  }

  @Test
  void jpeg_equalsWhatImageIoDecodes() throws Exception {
    byte[] file = TestPictures.store(TestPictures.colours(45, 33), "jpg");
    assertEqual(decoder.colours(file), ImageIO.read(new ByteArrayInputStream(file)));
  }

  @Test
  void greyJpeg_becomesThreeEqualChannels() throws BadSampleException {
    int[] numbers = new int[16 * 16];
    Arrays.fill(numbers, 137);
    byte[] file = TestPictures.store(TestPictures.grey(16, 16, false, numbers), "jpg");
    assertThat(pixel(decoder.colours(file), 3, 4)).containsExactly(137, 137, 137);
  }

  @Test
  void cmykJpeg_isConverted() throws BadSampleException {
    // Adobe stores inverted values: 255 is no ink. Cyan in full and nothing else is green and blue.
    byte[] file = TestPictures.adobe(TestPictures.fourBandJpeg(16, 16, 0, 255, 255, 255), 0);
    int[] pixel = pixel(decoder.colours(file), 8, 8);
    assertThat(pixel[0]).isCloseTo(0, within(3));
    assertThat(pixel[1]).isCloseTo(255, within(3));
    assertThat(pixel[2]).isCloseTo(255, within(3));
  }

  @Test
  void ycckJpeg_isConverted() throws BadSampleException {
    // Y 0 without chroma is inverted C, M and Y of 255, no ink; inverted K of 128 is half the
    // black.
    byte[] file = TestPictures.adobe(TestPictures.fourBandJpeg(16, 16, 0, 128, 128, 128), 2);
    int[] pixel = pixel(decoder.colours(file), 8, 8);
    assertThat(pixel[0]).isCloseTo(128, within(3));
    assertThat(pixel[1]).isCloseTo(128, within(3));
    assertThat(pixel[2]).isCloseTo(128, within(3));
  }

  @Test
  void webp_isDecoded() throws BadSampleException {
    PixelImage image = decoder.colours(TestPictures.webp(9, 5, 200, 30, 77));
    assertThat(image.size()).isEqualTo(new FrameSize(5, 9));
    assertThat(pixel(image, 4, 8)).containsExactly(200, 30, 77);
  }

  @Test
  void lossyWebp_isDecoded() throws BadSampleException {
    // One pixel, the smallest lossy file there is.
    byte[] file =
        Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
    assertThat(decoder.colours(file).size()).isEqualTo(new FrameSize(1, 1));
  }

  @Test
  void deepGreyPng_keepsAllBitsAsNumbersAndTheUpperAsColours() throws BadSampleException {
    int[] numbers = {0, 255, 256, 65535, 0x1234, 0xabcd};
    byte[] file = TestPictures.store(TestPictures.grey(3, 2, true, numbers), "png");
    char[] read = decoder.numbers(file).samples();
    for (int i = 0; i < numbers.length; i++) {
      assertThat((int) read[i]).isEqualTo(numbers[i]);
    }
    assertThat(pixel(decoder.colours(file), 1, 1)).containsExactly(0x12, 0x12, 0x12);
  }

  @Test
  void palettePng_givesColoursOrEntryNumbers() throws BadSampleException {
    byte[] red = {10, 20, 30, (byte) 200};
    byte[] green = {1, 2, 3, 4};
    byte[] blue = {5, 6, 7, 8};
    IndexColorModel palette = new IndexColorModel(2, 4, red, green, blue);
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    for (int x = 0; x < 4; x++) {
      image.getRaster().setSample(x, 0, 0, 3 - x);
    }
    byte[] file = TestPictures.store(image, "png");
    assertThat(pixel(decoder.colours(file), 0, 0)).containsExactly(200, 4, 8);
    assertThat(decoder.numbers(file).samples())
        .containsExactly((char) 3, (char) 2, (char) 1, (char) 0);
  }

  @Test
  void alpha_isLeftOut() throws BadSampleException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
    image.setRGB(0, 0, 0x00102030);
    image.setRGB(1, 0, 0xff405060);
    PixelImage read = decoder.colours(TestPictures.store(image, "png"));
    assertThat(pixel(read, 0, 0)).containsExactly(0x10, 0x20, 0x30);
    assertThat(pixel(read, 0, 1)).containsExactly(0x40, 0x50, 0x60);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void exifOrientation_turnsThePictureUpright(int orientation) throws BadSampleException {
    // What a camera held in each way stores of the upright picture abc/def.
    String stored =
        List.of("abcdef", "cbafed", "fedcba", "defabc", "adbecf", "cfbead", "fcebda", "daebfc")
            .get(orientation - 1);
    int width = orientation >= 5 ? 2 : 3;
    byte[] png =
        TestPictures.store(
            TestPictures.grey(width, 6 / width, false, stored.chars().toArray()), "png");
    NumberImage upright = decoder.numbers(TestPictures.pngExif(png, orientation));
    assertThat(new String(upright.samples())).isEqualTo("abcdef");
    assertThat(upright.size()).isEqualTo(new FrameSize(2, 3));
  }

  @Test
  void exifOfAJpeg_isHeededBySizeAndPixels() throws BadSampleException {
    byte[] plain = TestPictures.store(TestPictures.colours(32, 16), "jpg");
    byte[] turned = TestPictures.exif(plain, 6);
    assertThat(decoder.size(turned)).isEqualTo(new FrameSize(32, 16));
    PixelImage before = decoder.colours(plain);
    PixelImage after = decoder.colours(turned);
    // Orientation 6: the stored left edge, from bottom to top, is the upright top edge.
    assertThat(pixel(after, 0, 15)).isEqualTo(pixel(before, 0, 0));
    assertThat(pixel(after, 31, 0)).isEqualTo(pixel(before, 15, 31));
  }

  @Test
  void jpegCutAnywhere_isABadSample() {
    byte[] file = TestPictures.store(TestPictures.colours(64, 64), "jpg");
    for (int length = 1; length < file.length - 2; length += 13) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decoder.colours(cut))
          .as("%s of %s bytes", length, file.length)
          .isInstanceOf(BadSampleException.class);
    }
    byte[] most = Arrays.copyOf(file, file.length - 100);
    assertThatThrownBy(() -> decoder.colours(most))
        .hasMessage("JPEG ends early, after " + most.length + " bytes");
  }

  @Test
  void cmykJpegCutShort_isABadSample() {
    byte[] file = TestPictures.adobe(TestPictures.fourBandJpeg(64, 64, 9, 255, 20, 255), 0);
    for (int length = 100; length < file.length - 2; length += 23) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decoder.colours(cut)).isInstanceOf(BadSampleException.class);
    }
  }

  @Test
  void pngCutAnywhere_isABadSample() {
    byte[] file = TestPictures.store(TestPictures.colours(64, 64), "png");
    for (int length = 1; length < file.length; length += 29) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decoder.colours(cut)).isInstanceOf(BadSampleException.class);
    }
  }

  @Test
  void pngWithOneWrongBit_isABadSample() {
    byte[] file = TestPictures.store(TestPictures.colours(64, 64), "png");
    for (int at = 8; at < file.length - 4; at += 31) {
      byte[] wrong = file.clone();
      wrong[at] ^= 4;
      assertThatThrownBy(() -> decoder.colours(wrong))
          .as("byte %s", at)
          .isInstanceOf(BadSampleException.class);
    }
  }

  @Test
  void webpCutAnywhere_isABadSample() {
    byte[] file = TestPictures.webp(9, 5, 200, 30, 77);
    for (int length = 1; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decoder.colours(cut)).isInstanceOf(BadSampleException.class);
    }
  }

  @Test
  void somethingElse_isNamedByItsFirstBytes() {
    assertThatThrownBy(() -> decoder.colours("GIF89a and so on".getBytes(US_ASCII)))
        .isInstanceOf(BadSampleException.class)
        .hasMessage("not a JPEG, PNG or WebP picture: it starts with 47 49 46 38 39 61 20 61");
    assertThatThrownBy(() -> decoder.colours(new byte[0])).hasMessage("picture is empty (0 bytes)");
  }

  @Test
  void pictureOverTheLimit_isRefusedFromItsHeader() {
    // A PNG that claims a trillion pixels: decoding it would ask for terabytes.
    byte[] file = TestPictures.store(TestPictures.colours(8, 8), "png");
    ByteBuffer bytes = ByteBuffer.wrap(file);
    bytes.putInt(16, 1_000_000).putInt(20, 1_000_000);
    CRC32 checksum = new CRC32();
    checksum.update(file, 12, 17);
    bytes.putInt(29, (int) checksum.getValue());
    assertThatThrownBy(() -> decoder.colours(file))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("1000000 x 1000000 pixels exceeds the limit of 100000000")
        .hasMessageContaining("max_pixels");
  }

  @Test
  void manyChannels_areNoNumbers() {
    byte[] file = TestPictures.store(TestPictures.colours(8, 8), "png");
    assertThatThrownBy(() -> decoder.numbers(file))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("3 channels");
  }

  @Test
  void colourProfile_changesNothing() throws BadSampleException {
    byte[] plain = TestPictures.store(TestPictures.colours(32, 32), "jpg");
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ByteBuffer segment = ByteBuffer.allocate(4 + 14 + profile.length);
    segment.putShort((short) 0xffe2).putShort((short) (2 + 14 + profile.length));
    segment.put("ICC_PROFILE\0".getBytes(US_ASCII)).put((byte) 1).put((byte) 1).put(profile);
    byte[] tagged = TestPictures.insert(plain, 20, segment.array());
    assertThat(decoder.colours(tagged).samples()).isEqualTo(decoder.colours(plain).samples());
  }

  @Test
  void afterABadPicture_goodOnesAreDecodedAsBefore() throws BadSampleException {
    byte[] good = TestPictures.store(TestPictures.colours(48, 48), "jpg");
    byte[] expected = decoder.colours(good).samples();
    for (int cut = 640; cut < good.length - 50; cut += 37) {
      byte[] bad = Arrays.copyOf(good, cut);
      assertThatThrownBy(() -> decoder.colours(bad)).isInstanceOf(BadSampleException.class);
      assertThat(decoder.colours(good).samples()).isEqualTo(expected);
    }
  }

  @Test
  void manyThreads_decodeAlike() throws Exception {
    byte[] jpeg = TestPictures.store(TestPictures.colours(64, 64), "jpg");
    byte[] expected = decoder.colours(jpeg).samples();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<byte[]>> work = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        work.add(() -> new ImageDecoder(1_000_000).colours(jpeg).samples());
      }
      for (Future<byte[]> result : threads.invokeAll(work)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
