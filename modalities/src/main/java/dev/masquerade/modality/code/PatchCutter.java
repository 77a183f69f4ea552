package dev.masquerade.modality.code;

import dev.masquerade.modality.Planes;

/**
 * Cuts frames into patches and joins them again.
 *
 * @param settings sizes of frame and patch
 */
record PatchCutter(CodebookSettings settings) {

  /** Returns (L, D) patches, each flattened row, column, plane (plane fastest). */
  float[] cut(Planes frame) {
    int channels = settings.channels();
    int width = settings.frame().width();
    if (frame.channels() != channels
        || frame.height() != settings.frame().height()
        || frame.width() != width) {
      throw new IllegalArgumentException(
          "a codebook for "
              + channels
              + " planes of "
              + settings.frame().height()
              + " x "
              + width
              + " was given "
              + frame.channels()
              + " of "
              + frame.height()
              + " x "
              + frame.width());
    }
    float[] patches = new float[frame.values().length];
    int[] order = order();
    int plane = order.length;
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        patches[pixel * channels + channel] = frame.values()[channel * plane + order[pixel]];
      }
    }
    return patches;
  }

  /** Returns (L, pixels) patches of classes. */
  char[] cutClasses(char[] numbers) {
    int[] order = order();
    char[] patches = new char[order.length];
    for (int pixel = 0; pixel < order.length; pixel++) {
      patches[pixel] = numbers[order[pixel]];
    }
    return patches;
  }

  Planes join(float[] patches) {
    int channels = settings.channels();
    int[] order = order();
    int plane = order.length;
    float[] values = new float[patches.length];
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        values[channel * plane + order[pixel]] = patches[pixel * channels + channel];
      }
    }
    return new Planes(channels, settings.frame().height(), settings.frame().width(), values);
  }

  /** Returns for every pixel in the order of patches its place in the frame. */
  private int[] order() {
    int patch = settings.patchSize();
    int width = settings.frame().width();
    int[] order = new int[settings.frame().height() * width];
    int at = 0;
    for (int row = 0; row < settings.rows(); row++) {
      for (int column = 0; column < settings.columns(); column++) {
        for (int y = 0; y < patch; y++) {
          for (int x = 0; x < patch; x++) {
            order[at++] = (row * patch + y) * width + column * patch + x;
          }
        }
      }
    }
    return order;
  }
}
