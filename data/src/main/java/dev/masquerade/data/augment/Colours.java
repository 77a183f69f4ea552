package dev.masquerade.data.augment;

import java.util.Arrays;

/*
 * The arithmetic of Pillow's enhancers on 8-bit samples: each mixes a picture with a poorer one of
 * itself, where a share of 0 is the poorer one, 1 the picture, and more exaggerates. Sums are cut
 * off towards 0 and limited to 8 bits.
 */
/** Changes of colour on (height, width, 3) 8-bit samples, in place. */
final class Colours {

  private Colours() {}

  /** Luma of ITU-R 601 in 16-bit fixed point, rounded. */
  static int luma(byte[] rgb, int at) {
    int red = rgb[at] & 0xff;
    int green = rgb[at + 1] & 0xff;
    int blue = rgb[at + 2] & 0xff;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  private static byte mix(int poorer, int sample, double share) {
    double value = poorer + share * (sample - poorer);
    return (byte) (int) Math.max(0, Math.min(255, value));
  }

  private static void mixAll(byte[] rgb, int poorer, double share) {
    byte[] table = new byte[256];
    for (int sample = 0; sample < 256; sample++) {
      table[sample] = mix(poorer, sample, share);
    }
    apply(rgb, table);
  }

  /** Replaces every sample by an entry of a table of 256. */
  static void apply(byte[] rgb, byte[] table) {
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = table[rgb[i] & 0xff];
    }
  }

  /** Mixes with black. */
  static void brightness(byte[] rgb, double share) {
    mixAll(rgb, 0, share);
  }

  /** Mixes with the mean grey of the picture. */
  static void contrast(byte[] rgb, double share) {
    long sum = 0;
    for (int at = 0; at < rgb.length; at += 3) {
      sum += luma(rgb, at);
    }
    mixAll(rgb, (int) (sum / (rgb.length / 3.0) + 0.5), share);
  }

  /** Mixes every pixel with its own grey. */
  static void saturation(byte[] rgb, double share) {
    for (int at = 0; at < rgb.length; at += 3) {
      int grey = luma(rgb, at);
      for (int channel = at; channel < at + 3; channel++) {
        rgb[channel] = mix(grey, rgb[channel] & 0xff, share);
      }
    }
  }

  /** Makes all channels the luma. */
  static void grey(byte[] rgb) {
    saturation(rgb, 0);
  }

  /**
   * Turns colours round the circle of hues, keeping saturation and value.
   *
   * @param turn in turns of the whole circle, in {@code [-0.5, 0.5]}
   */
  static void hue(byte[] rgb, double turn) {
    for (int at = 0; at < rgb.length; at += 3) {
      int red = rgb[at] & 0xff;
      int green = rgb[at + 1] & 0xff;
      int blue = rgb[at + 2] & 0xff;
      int value = Math.max(red, Math.max(green, blue));
      int range = value - Math.min(red, Math.min(green, blue));
      if (range == 0) {
        continue;
      }
      double sector;
      if (value == red) {
        sector = (double) (green - blue) / range;
      } else if (value == green) {
        sector = 2 + (double) (blue - red) / range;
      } else {
        sector = 4 + (double) (red - green) / range;
      }
      sector = sector + 6 * turn;
      rgb[at] = channel(5, sector, value, range);
      rgb[at + 1] = channel(3, sector, value, range);
      rgb[at + 2] = channel(1, sector, value, range);
    }
  }

  /** A channel is the value, less the range where its hue is far. */
  private static byte channel(int offset, double sector, int value, int range) {
    double k = (offset + sector) % 6;
    k = k < 0 ? k + 6 : k;
    double far = Math.max(0, Math.min(1, Math.min(k, 4 - k)));
    return (byte) (int) Math.rint(value - range * far);
  }

  /** Inverts samples of at least a threshold; 256 inverts none. */
  static void solarise(byte[] rgb, int threshold) {
    byte[] table = new byte[256];
    for (int sample = 0; sample < 256; sample++) {
      table[sample] = (byte) (sample < threshold ? sample : 255 - sample);
    }
    apply(rgb, table);
  }

  /** Adds to samples below 128. */
  static void solariseAdd(byte[] rgb, int amount) {
    byte[] table = new byte[256];
    for (int sample = 0; sample < 256; sample++) {
      table[sample] = (byte) (sample < 128 ? Math.min(255, sample + amount) : sample);
    }
    apply(rgb, table);
  }

  /** Keeps the highest bits of samples. */
  static void posterise(byte[] rgb, int bits) {
    if (bits >= 8) {
      return;
    }
    int mask = ~((1 << (8 - bits)) - 1);
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (rgb[i] & mask);
    }
  }

  /** Stretches each channel to the whole range. */
  static void stretch(byte[] rgb) {
    for (int channel = 0; channel < 3; channel++) {
      int low = 255;
      int high = 0;
      for (int at = channel; at < rgb.length; at += 3) {
        low = Math.min(low, rgb[at] & 0xff);
        high = Math.max(high, rgb[at] & 0xff);
      }
      if (high > low) {
        double scale = 255.0 / (high - low);
        for (int at = channel; at < rgb.length; at += 3) {
          double value = ((rgb[at] & 0xff) - low) * scale;
          rgb[at] = (byte) (int) Math.min(255, value);
        }
      }
    }
  }

  /** Spreads each channel so that all values are about equally frequent. */
  static void equalise(byte[] rgb) {
    for (int channel = 0; channel < 3; channel++) {
      int[] counts = new int[256];
      for (int at = channel; at < rgb.length; at += 3) {
        counts[rgb[at] & 0xff]++;
      }
      int last = 255;
      while (counts[last] == 0) {
        last--;
      }
      int step = (rgb.length / 3 - counts[last]) / 255;
      if (step == 0) {
        continue;
      }
      int before = step / 2;
      byte[] table = new byte[256];
      for (int sample = 0; sample < 256; sample++) {
        table[sample] = (byte) Math.min(255, before / step);
        before += counts[sample];
      }
      for (int at = channel; at < rgb.length; at += 3) {
        rgb[at] = table[rgb[at] & 0xff];
      }
    }
  }

  /**
   * Mixes with a picture smoothed by a weighted mean of 3 x 3 pixels, the middle one counting 5 and
   * the others 1; pixels at the edge are not smoothed.
   *
   * @return other samples
   */
  static byte[] sharpness(byte[] rgb, int height, int width, double share) {
    byte[] result = rgb.clone();
    int line = 3 * width;
    for (int y = 1; y < height - 1; y++) {
      for (int i = y * line + 3; i < (y + 1) * line - 3; i++) {
        int sum = 4 * (rgb[i] & 0xff);
        for (int row = i - line; row <= i + line; row += line) {
          sum += (rgb[row - 3] & 0xff) + (rgb[row] & 0xff) + (rgb[row + 3] & 0xff);
        }
        result[i] = mix((int) (sum / 13.0 + 0.5), rgb[i] & 0xff, share);
      }
    }
    return result;
  }

  /**
   * Smooths by a Gaussian, cut off at three deviations; pixels beyond the edge are those of the
   * edge.
   *
   * @param sigma deviation in pixels
   * @return other samples
   */
  static byte[] blur(byte[] rgb, int height, int width, double sigma) {
    int reach = (int) Math.ceil(3 * sigma);
    float[] weights = new float[2 * reach + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++) {
      sum += Math.exp(-k * k / (2 * sigma * sigma));
    }
    for (int k = -reach; k <= reach; k++) {
      weights[k + reach] = (float) (Math.exp(-k * k / (2 * sigma * sigma)) / sum);
    }
    float[] rows = new float[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int to = 3 * (y * width + x);
        for (int k = -reach; k <= reach; k++) {
          int from = 3 * (y * width + Math.max(0, Math.min(width - 1, x + k)));
          float weight = weights[k + reach];
          rows[to] += weight * (rgb[from] & 0xff);
          rows[to + 1] += weight * (rgb[from + 1] & 0xff);
          rows[to + 2] += weight * (rgb[from + 2] & 0xff);
        }
      }
    }
    byte[] result = new byte[rgb.length];
    int line = 3 * width;
    float[] sums = new float[line];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 0);
      for (int k = -reach; k <= reach; k++) {
        int from = Math.max(0, Math.min(height - 1, y + k)) * line;
        float weight = weights[k + reach];
        for (int i = 0; i < line; i++) {
          sums[i] += weight * rows[from + i];
        }
      }
      for (int i = 0; i < line; i++) {
        result[y * line + i] = (byte) (int) Math.min(255, sums[i] + 0.5f);
      }
    }
    return result;
  }
}
