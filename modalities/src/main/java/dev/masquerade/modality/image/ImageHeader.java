package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import java.util.Locale;

/**
 * What the first bytes of a picture say of it, before any pixel is decoded.
 *
 * @param format how it is stored
 * @param height rows as stored, before it is turned upright
 * @param width columns as stored
 * @param orientation how to turn it
 */
record ImageHeader(Format format, int height, int width, Orientation orientation) {

  /** The formats that are understood. */
  enum Format {
    JPEG,
    PNG,
    WEBP
  }

  /**
   * Reads a header; where the format allows, also checks that the whole file is there and unharmed.
   *
   * @throws BadSampleException if the format is unknown, or the file is damaged or cut short
   */
  static ImageHeader read(byte[] file) throws BadSampleException {
    if (JpegFile.isJpeg(file)) {
      return JpegFile.read(file).header();
    }
    if (PngFile.isPng(file)) {
      return PngFile.read(file);
    }
    if (WebpFile.isWebp(file)) {
      return WebpFile.read(file);
    }
    throw new BadSampleException(unknown(file));
  }

  static String unknown(byte[] file) {
    if (file.length == 0) {
      return "picture is empty (0 bytes)";
    }
    StringBuilder start = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.length); i++) {
      start.append(String.format(Locale.ROOT, " %02x", file[i]));
    }
    return "not a JPEG, PNG or WebP picture: it starts with" + start;
  }
}
