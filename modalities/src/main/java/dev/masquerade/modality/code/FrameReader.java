package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.NumberImage;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.Standardisation;
import dev.masquerade.modality.image.ViewSampler;

/** Reads stored pictures as frames of one size. Safe for use by several threads. */
public final class FrameReader {

  private final FrameFormat format;
  private final ImageDecoder decoder;
  private final ViewSampler sampler;

  /**
   * Creates a reader.
   *
   * @param format what the frames are
   * @param pixelLimit largest number of pixels of a stored picture
   */
  FrameReader(FrameFormat format, int pixelLimit) {
    this.format = format;
    this.decoder = new ImageDecoder(pixelLimit);
    ResizeFilter filter =
        format.content() == FrameContent.DEPTH ? ResizeFilter.BILINEAR : ResizeFilter.BICUBIC;
    this.sampler = new ViewSampler(format.size().height(), format.size().width(), filter);
  }

  /**
   * Decodes a stored picture.
   *
   * @throws BadSampleException if it cannot be used
   */
  public StoredFrame decode(byte[] file) throws BadSampleException {
    return switch (format.content()) {
      case COLOURS, NORMALS, GREY -> new StoredFrame(this, decoder.colours(file), null);
      case DEPTH, CLASSES -> new StoredFrame(this, null, decoder.numbers(file));
    };
  }

  /** Returns what the frames hold. */
  public FrameContent content() {
    return format.content();
  }

  Planes planes(PixelImage image, View view) {
    PixelImage seen = sampler.colours(image, view);
    FrameSize size = format.size();
    int pixels = size.height() * size.width();
    if (format.content() == FrameContent.GREY) {
      return grey(seen.samples(), size);
    }
    float[] values = new float[3 * pixels];
    boolean normals = format.content() == FrameContent.NORMALS;
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

  /** Takes the mean of the three colours, which are equal in a picture that is stored grey. */
  private static Planes grey(byte[] samples, FrameSize size) {
    Planes grey = Planes.zeros(1, size.height(), size.width());
    for (int pixel = 0; pixel < grey.values().length; pixel++) {
      int sum =
          (samples[3 * pixel] & 0xff)
              + (samples[3 * pixel + 1] & 0xff)
              + (samples[3 * pixel + 2] & 0xff);
      grey.values()[pixel] = sum / (3 * 255f);
    }
    return grey;
  }

  Planes planes(NumberImage image, View view) throws BadSampleException {
    if (format.content() == FrameContent.CLASSES) {
      Planes numbers = numbers(image, view);
      char[] classes = new char[numbers.values().length];
      for (int pixel = 0; pixel < classes.length; pixel++) {
        classes[pixel] = (char) numbers.values()[pixel];
      }
      return planes(classes, format);
    }
    float[] values = sampler.quantities(image, view);
    float scale = (float) format.scale();
    for (int pixel = 0; pixel < values.length; pixel++) {
      values[pixel] *= scale;
    }
    if (format.standardised()) {
      Standardisation.apply(values);
    }
    FrameSize size = format.size();
    return new Planes(1, size.height(), size.width(), values);
  }

  char[] classes(NumberImage image, View view) throws BadSampleException {
    char[] numbers = sampler.classes(image, view);
    for (char number : numbers) {
      if (number >= format.classes()) {
        throw outside(
            number,
            number == TokenSpace.ClassPatches.NO_CLASS
                ? "; 255 means none, which learned tokenizers take but nothing else does here"
                : "");
      }
    }
    return numbers;
  }

  /** Takes one plane of class numbers, 255 where a pixel has none. */
  Planes numbers(NumberImage image, View view) throws BadSampleException {
    char[] numbers = sampler.classes(image, view);
    float[] values = new float[numbers.length];
    for (int pixel = 0; pixel < numbers.length; pixel++) {
      char number = numbers[pixel];
      if (number >= format.classes() && number != TokenSpace.ClassPatches.NO_CLASS) {
        throw outside(number, "; 255 means none");
      }
      values[pixel] = number;
    }
    return new Planes(1, format.size().height(), format.size().width(), values);
  }

  private BadSampleException outside(char number, String remark) {
    return new BadSampleException(
        "class "
            + (int) number
            + " is outside the "
            + format.classes()
            + " classes that were declared"
            + remark);
  }

  Planes planes(char[] numbers) {
    return planes(numbers, format);
  }

  /** Makes a plane per class of a map of classes; pixels without a class have 0 in all of them. */
  static Planes planes(char[] numbers, FrameFormat format) {
    Planes planes = Planes.zeros(format.classes(), format.size().height(), format.size().width());
    for (int pixel = 0; pixel < numbers.length; pixel++) {
      if (numbers[pixel] < format.classes()) {
        planes.values()[numbers[pixel] * numbers.length + pixel] = 1;
      }
    }
    return planes;
  }
}
