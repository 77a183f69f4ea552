package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.View;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewSamplerTest {

  private static PixelImage noise(int height, int width, int channels) {
    byte[] samples = new byte[height * width * channels];
    new Random(height * 31L + width).nextBytes(samples);
    return new PixelImage(height, width, channels, samples);
  }

  private static int[] resized(int width, ResizeFilter filter, int... line) {
    byte[] samples = new byte[line.length];
    for (int i = 0; i < line.length; i++) {
      samples[i] = (byte) line[i];
    }
    PixelImage image = new PixelImage(1, line.length, 1, samples);
    byte[] result = new ViewSampler(1, width, filter).colours(image, View.WHOLE).samples();
    int[] values = new int[width];
    for (int i = 0; i < width; i++) {
      values[i] = result[i] & 0xff;
    }
    return values;
  }

  /*
   * Halving with a triangle widened to 2: the first result is centred at 1 and sees pixels at
   * distances 1/2, 1/2 and 3/2, weighing 3, 3 and 1 sevenths.
   */
  @Test
  void bilinearHalf_weighsThreeThreeOne() {
    assertThat(resized(2, ResizeFilter.BILINEAR, 0, 70, 140, 210)).containsExactly(50, 160);
  }

  /* Doubling with a triangle: results lie a quarter of a pixel beside the pixels. */
  @Test
  void bilinearDouble_weighsThreeToOne() {
    assertThat(resized(4, ResizeFilter.BILINEAR, 0, 100)).containsExactly(0, 25, 75, 100);
  }

  @Test
  void boxHalf_isTheMeanOfTwo() {
    assertThat(resized(2, ResizeFilter.BOX, 10, 20, 31, 40)).containsExactly(15, 36);
  }

  /*
   * Doubling with the cubic of a = -1/2, whose values at 1/4, 3/4, 5/4 and 7/4 are 111, 29, -9 and
   * -3 of 128. Result 2 lies 3/4 from pixel 0, 1/4 from pixel 1, 5/4 from pixel 2 and 7/4 from the
   * pixel before the first, which is left out: 29 of 29 + 111 - 9.
   */
  @Test
  void bicubicDouble_hasTheWeightsOfTheCubic() {
    int[] values = resized(8, ResizeFilter.BICUBIC, 200, 0, 0, 0);
    assertThat(values[2]).isEqualTo((int) Math.rint(200 * 29 / 131.0));
    assertThat(values[1]).isEqualTo((int) Math.rint(200 * 111 / 137.0));
    assertThat(values[3]).isZero();
    assertThat(values[7]).isZero();
  }

  @Test
  void nearest_takesThePixelUnderTheCentre() {
    assertThat(resized(2, ResizeFilter.NEAREST, 1, 2, 3, 4, 5)).containsExactly(2, 4);
    assertThat(resized(5, ResizeFilter.NEAREST, 1, 2)).containsExactly(1, 1, 2, 2, 2);
  }

  /**
   * The definition written down once more, slowly, in doubles: each row on its own, rounded to 8
   * bits. Fixed point may differ where a sum lies just beside a half.
   */
  private static double[] slowRows(
      double[] image, int rows, int columns, int channels, int length, ResizeFilter filter) {
    double scale = (double) columns / length;
    double widening = Math.max(1, scale);
    double[] result = new double[rows * length * channels];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < length; x++) {
        double centre = (x + 0.5) * scale;
        for (int channel = 0; channel < channels; channel++) {
          double sum = 0;
          double weights = 0;
          for (int from = 0; from < columns; from++) {
            double weight = kernel((from + 0.5 - centre) / widening, filter);
            weights += weight;
            sum += weight * image[(y * columns + from) * channels + channel];
          }
          double value = Math.floor(sum / weights + 0.5);
          result[(y * length + x) * channels + channel] = Math.max(0, Math.min(255, value));
        }
      }
    }
    return result;
  }

  private static double kernel(double x, ResizeFilter filter) {
    double d = Math.abs(x);
    return switch (filter) {
      case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
      case BILINEAR -> Math.max(0, 1 - d);
      case BICUBIC -> {
        if (d < 1) {
          yield 1.5 * d * d * d - 2.5 * d * d + 1;
        }
        yield d < 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 0;
      }
      case NEAREST -> throw new IllegalArgumentException("nearest has no kernel");
    };
  }

  private static double[] transposed(double[] image, int rows, int columns, int channels) {
    double[] result = new double[image.length];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        for (int channel = 0; channel < channels; channel++) {
          result[(x * rows + y) * channels + channel] =
              image[(y * columns + x) * channels + channel];
        }
      }
    }
    return result;
  }

  @ParameterizedTest
  @CsvSource({
    "BICUBIC, 41, 70, 22, 23",
    "BICUBIC, 17, 13, 30, 31",
    "BICUBIC, 3, 2, 9, 8",
    "BILINEAR, 41, 70, 22, 23",
    "BILINEAR, 17, 13, 30, 31",
    "BILINEAR, 300, 200, 7, 9",
    "BOX, 40, 60, 20, 30",
    "BICUBIC, 64, 33, 64, 16",
    "BILINEAR, 33, 64, 16, 64"
  })
  void resizing_isWithinOneLevelOfTheDefinition(
      ResizeFilter filter, int rows, int columns, int height, int width) {
    for (int channels : new int[] {1, 3}) {
      PixelImage image = noise(rows, columns, channels);
      double[] values = new double[image.samples().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = image.samples()[i] & 0xff;
      }
      double[] across =
          columns == width ? values : slowRows(values, rows, columns, channels, width, filter);
      double[] turned = transposed(across, rows, width, channels);
      double[] down =
          rows == height ? turned : slowRows(turned, width, rows, channels, height, filter);
      double[] expected = transposed(down, width, height, channels);
      byte[] actual = new ViewSampler(height, width, filter).colours(image, View.WHOLE).samples();
      int different = 0;
      for (int i = 0; i < actual.length; i++) {
        double distance = Math.abs((actual[i] & 0xff) - expected[i]);
        assertThat(distance).isLessThanOrEqualTo(1);
        different += distance > 0 ? 1 : 0;
      }
      // Sums of rational weights often lie on a half exactly, where doubles round either way.
      assertThat(different).isLessThan(5 + actual.length / 20);
    }
  }

  @Test
  void wholePictureOfTheSameSize_isGivenBackAsItIs() {
    PixelImage image = noise(16, 24, 3);
    assertThat(new ViewSampler(16, 24, ResizeFilter.BICUBIC).colours(image, View.WHOLE))
        .isSameAs(image);
  }

  @Test
  void cropOfTheSameSize_isCopiedWithoutResizing() {
    PixelImage image = noise(20, 30, 3);
    View view = new View(3 / 20.0, 7 / 30.0, 8 / 20.0, 10 / 30.0, false, 0);
    PixelImage crop = new ViewSampler(8, 10, ResizeFilter.BICUBIC).colours(image, view);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 30; x++) {
        assertThat(crop.samples()[y * 30 + x])
            .isEqualTo(image.samples()[((y + 3) * 30 + 7) * 3 + x]);
      }
    }
  }

  @Test
  void crop_readsNothingOutsideIt() {
    PixelImage image = noise(40, 40, 3);
    View view = new View(0.25, 0.25, 0.5, 0.5, false, 0);
    byte[] cut = new byte[20 * 20 * 3];
    for (int y = 0; y < 20; y++) {
      System.arraycopy(image.samples(), ((y + 10) * 40 + 10) * 3, cut, y * 60, 60);
    }
    ViewSampler sampler = new ViewSampler(13, 13, ResizeFilter.BICUBIC);
    assertThat(sampler.colours(image, view).samples())
        .isEqualTo(sampler.colours(new PixelImage(20, 20, 3, cut), View.WHOLE).samples());
  }

  @Test
  void flip_mirrorsTheUnflippedResult() {
    PixelImage image = noise(21, 18, 3);
    for (ResizeFilter filter : ResizeFilter.values()) {
      ViewSampler sampler = new ViewSampler(8, 8, filter);
      byte[] plain = sampler.colours(image, new View(0.1, 0.2, 0.6, 0.7, false, 0)).samples();
      byte[] flipped = sampler.colours(image, new View(0.1, 0.2, 0.6, 0.7, true, 0)).samples();
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          for (int channel = 0; channel < 3; channel++) {
            assertThat(flipped[(y * 8 + x) * 3 + channel])
                .isEqualTo(plain[(y * 8 + 7 - x) * 3 + channel]);
          }
        }
      }
    }
  }

  @Test
  void classes_areNeverMixed() {
    char[] numbers = new char[30 * 30];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (char) (i % 30 < 15 ? 1000 : 7);
    }
    NumberImage image = new NumberImage(30, 30, numbers);
    char[] seen =
        new ViewSampler(9, 9, ResizeFilter.BICUBIC)
            .classes(image, new View(0.05, 0.1, 0.7, 0.7, true, 0));
    assertThat(seen).containsOnly((char) 1000, (char) 7).contains((char) 1000, (char) 7);
    assertThat(seen[0]).isEqualTo((char) 7);
  }

  @Test
  void quantities_keepFractionsWhereSamplesWouldBeRounded() {
    NumberImage image = new NumberImage(1, 4, new char[] {0, 70, 140, 211});
    float[] half = new ViewSampler(1, 2, ResizeFilter.BILINEAR).quantities(image, View.WHOLE);
    assertThat(half[0]).isCloseTo(50f, within(1e-4f));
    assertThat(half[1]).isCloseTo((70 + 3 * 140 + 3 * 211) / 7f, within(1e-4f));
    float[] flipped =
        new ViewSampler(1, 2, ResizeFilter.BILINEAR)
            .quantities(image, new View(0, 0, 1, 1, true, 0));
    assertThat(flipped).containsExactly(half[1], half[0]);
  }
}
