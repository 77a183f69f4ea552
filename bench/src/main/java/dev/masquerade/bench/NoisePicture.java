package dev.masquerade.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.apache.commons.rng.UniformRandomProvider;

/** Pictures that are as hard to decode as photographs. */
final class NoisePicture {

  private NoisePicture() {}

  /** Noise of all scales, the finer the weaker, which takes as many bytes as a photograph. */
  static byte[] jpeg(int size, UniformRandomProvider rng) throws IOException {
    float[] values = new float[size * size * 3];
    for (int cells = 4; cells <= size; cells *= 2) {
      float strength = (float) (420 / Math.sqrt(cells));
      float[] knots = new float[(cells + 1) * (cells + 1) * 3];
      for (int i = 0; i < knots.length; i++) {
        knots[i] = (rng.nextFloat() - 0.5f) * strength;
      }
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          float row = (float) y * cells / size;
          float column = (float) x * cells / size;
          int at = ((int) row * (cells + 1) + (int) column) * 3;
          float down = row - (int) row;
          float right = column - (int) column;
          for (int c = 0; c < 3; c++) {
            float top = knots[at + c] * (1 - right) + knots[at + 3 + c] * right;
            int below = at + (cells + 1) * 3;
            float bottom = knots[below + c] * (1 - right) + knots[below + 3 + c] * right;
            values[(y * size + x) * 3 + c] += top * (1 - down) + bottom * down;
          }
        }
      }
    }
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < size * size; pixel++) {
      int colour = 0;
      for (int c = 0; c < 3; c++) {
        colour = colour << 8 | Math.max(0, Math.min(255, Math.round(values[pixel * 3 + c] + 128)));
      }
      image.setRGB(pixel % size, pixel / size, colour);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", bytes);
    return bytes.toByteArray();
  }
}
