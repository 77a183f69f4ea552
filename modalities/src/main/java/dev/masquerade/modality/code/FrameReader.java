package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.NumberImage;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.ViewSampler;

/** Reads stored pictures as frames of one size. Safe for use by several threads. */
public final class FrameReader {

  private final FrameContent content;
  private final int classes;
  private final float scale;
  private final ImageDecoder decoder;
  private final ViewSampler sampler;
  private final FrameSize size;

  /**
   * Creates a reader.
   *
   * @param content what the pictures hold
   * @param classes number of classes, for {@link FrameContent#CLASSES}; ignored otherwise
   * @param scale what a stored number of depth is multiplied by; ignored otherwise
   * @param size size of the frames
   * @param pixelLimit largest number of pixels of a stored picture
   */
  public FrameReader(
      FrameContent content, int classes, double scale, FrameSize size, int pixelLimit) {
    this.content = content;
    this.classes = classes;
    this.scale = (float) scale;
    this.size = size;
    this.decoder = new ImageDecoder(pixelLimit);
    ResizeFilter filter =
        content == FrameContent.DEPTH ? ResizeFilter.BILINEAR : ResizeFilter.BICUBIC;
    this.sampler = new ViewSampler(size.height(), size.width(), filter);
  }

  /**
   * Decodes a stored picture.
   *
   * @throws BadSampleException if it cannot be used
   */
  public StoredFrame decode(byte[] file) throws BadSampleException {
    return switch (content) {
      case COLOURS, NORMALS -> new StoredFrame(this, decoder.colours(file), null);
      case DEPTH, CLASSES -> new StoredFrame(this, null, decoder.numbers(file));
    };
  }

  /** Returns what the frames hold. */
  public FrameContent content() {
    return content;
  }

  Planes planes(PixelImage image, View view) {
    PixelImage seen = sampler.colours(image, view);
    int pixels = size.height() * size.width();
    float[] values = new float[3 * pixels];
    boolean normals = content == FrameContent.NORMALS;
    float factor = normals ? 2f / 255 : 1f / 255;
    float offset = normals ? -1 : 0;
    byte[] samples = seen.samples();
    for (int pixel = 0; pixel < pixels; pixel++) {
      values[pixel] = (samples[3 * pixel] & 0xff) * factor + offset;
      values[pixels + pixel] = (samples[3 * pixel + 1] & 0xff) * factor + offset;
      values[2 * pixels + pixel] = (samples[3 * pixel + 2] & 0xff) * factor + offset;
    }
    if (normals && view.flipped()) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        values[pixel] = -values[pixel];
      }
    }
    return new Planes(3, size.height(), size.width(), values);
  }

  Planes planes(NumberImage image, View view) throws BadSampleException {
    if (content == FrameContent.CLASSES) {
      char[] numbers = classes(image, view);
      Planes planes = Planes.zeros(classes, size.height(), size.width());
      for (int pixel = 0; pixel < numbers.length; pixel++) {
        planes.values()[numbers[pixel] * numbers.length + pixel] = 1;
      }
      return planes;
    }
    float[] values = sampler.quantities(image, view);
    for (int pixel = 0; pixel < values.length; pixel++) {
      values[pixel] *= scale;
    }
    return new Planes(1, size.height(), size.width(), values);
  }

  char[] classes(NumberImage image, View view) throws BadSampleException {
    char[] numbers = sampler.classes(image, view);
    for (char number : numbers) {
      if (number >= classes) {
        throw new BadSampleException(
            "class " + (int) number + " is outside the " + classes + " classes that were declared");
      }
    }
    return numbers;
  }
}
