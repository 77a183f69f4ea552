package dev.masquerade.cli.figure;

import dev.masquerade.modality.Planes;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture of finished colours.
 *
 * @param width columns
 * @param height rows
 * @param colours (height, width) colours as 0xRRGGBB, handed over
 */
public record Picture(int width, int height, int[] colours) {

  public Picture {
    if (width < 1 || height < 1 || colours.length != width * height) {
      throw new IllegalArgumentException(
          "a picture of "
              + width
              + " x "
              + height
              + " pixels cannot have "
              + colours.length
              + " colours");
    }
  }

  /** Returns a picture of one colour. */
  public static Picture filled(int width, int height, int colour) {
    int[] colours = new int[width * height];
    Arrays.fill(colours, colour);
    return new Picture(width, height, colours);
  }

  /**
   * Returns the picture of interleaved 8-bit samples.
   *
   * @param samples (height, width, 3) red, green, blue
   */
  public static Picture ofRgb(int width, int height, byte[] samples) {
    int[] colours = new int[width * height];
    for (int i = 0; i < colours.length; i++) {
      colours[i] =
          (samples[3 * i] & 0xff) << 16
              | (samples[3 * i + 1] & 0xff) << 8
              | (samples[3 * i + 2] & 0xff);
    }
    return new Picture(width, height, colours);
  }

  /**
   * Returns the picture of planes of red, green and blue, or of one plane of grey.
   *
   * @param planes 1 or 3 planes
   * @param black number that stands for no light
   * @param white number that stands for full light
   */
  public static Picture ofPlanes(Planes planes, double black, double white) {
    if (planes.channels() != 1 && planes.channels() != 3) {
      throw new IllegalArgumentException(
          "colours need 1 or 3 planes, were given " + planes.channels());
    }
    int pixels = planes.width() * planes.height();
    int[] colours = new int[pixels];
    for (int i = 0; i < pixels; i++) {
      int colour = 0;
      for (int channel = 0; channel < 3; channel++) {
        int plane = planes.channels() == 1 ? 0 : channel;
        double light = (planes.values()[plane * pixels + i] - black) / (white - black);
        colour = colour << 8 | (int) Math.rint(255 * Math.max(0, Math.min(1, light)));
      }
      colours[i] = colour;
    }
    return new Picture(planes.width(), planes.height(), colours);
  }

  /** Returns the colour of one pixel. */
  public int at(int column, int row) {
    return colours[row * width + column];
  }

  /** Returns the picture with every pixel drawn as a square of {@code times} by {@code times}. */
  public Picture enlarged(int times) {
    int[] larger = new int[width * times * height * times];
    for (int row = 0; row < height * times; row++) {
      for (int column = 0; column < width * times; column++) {
        larger[row * width * times + column] = at(column / times, row / times);
      }
    }
    return new Picture(width * times, height * times, larger);
  }

  /** Returns the picture as a PNG file. */
  public byte[] png() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] target = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(colours, 0, target, 0, target.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException(
            "this Java runtime writes no PNG; use a full JDK 17 or newer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
