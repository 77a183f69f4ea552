package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The chunks of a WebP file, which is a RIFF container. */
final class WebpFile {

  private static final int RIFF = code('R', 'I', 'F', 'F');
  private static final int WEBP = code('W', 'E', 'B', 'P');
  private static final int LOSSY = code('V', 'P', '8', ' ');
  private static final int LOSSLESS = code('V', 'P', '8', 'L');
  private static final int EXTENDED = code('V', 'P', '8', 'X');
  private static final int EXIF = code('E', 'X', 'I', 'F');

  private WebpFile() {}

  private static int code(char a, char b, char c, char d) {
    return a | b << 8 | c << 16 | d << 24;
  }

  static boolean isWebp(byte[] file) {
    return file.length >= 16
        && ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == RIFF
        && ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(8) == WEBP;
  }

  static ImageHeader read(byte[] file) throws BadSampleException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = (buffer.getInt(4) & 0xffffffffL) + 8;
    if (end > file.length) {
      throw new BadSampleException("WebP ends after " + file.length + " of " + end + " bytes");
    }
    int width = 0;
    int height = 0;
    Orientation orientation = Orientation.UPRIGHT;
    for (long position = 12; position + 8 <= end; ) {
      int at = (int) position;
      int type = buffer.getInt(at);
      long length = buffer.getInt(at + 4) & 0xffffffffL;
      if (at + 8 + length > end) {
        throw new BadSampleException("WebP is damaged: a chunk at byte " + at + " is too long");
      }
      int start = at + 8;
      if (width == 0 && type == EXTENDED && length >= 10) {
        width = 1 + (buffer.getInt(start + 4) & 0xffffff);
        height = 1 + (buffer.getInt(start + 6) >>> 8);
      } else if (width == 0 && type == LOSSY && length >= 10) {
        width = buffer.getShort(start + 6) & 0x3fff;
        height = buffer.getShort(start + 8) & 0x3fff;
      } else if (width == 0 && type == LOSSLESS && length >= 5) {
        int bits = buffer.getInt(start + 1);
        width = 1 + (bits & 0x3fff);
        height = 1 + (bits >>> 14 & 0x3fff);
      } else if (type == EXIF) {
        int skip = length > 6 && buffer.getInt(start) == code('E', 'x', 'i', 'f') ? 6 : 0;
        orientation = Orientation.read(file, start + skip, (int) length - skip);
      }
      position = start + length + (length & 1);
    }
    if (width < 1 || height < 1) {
      throw new BadSampleException("WebP holds no image data");
    }
    return new ImageHeader(ImageHeader.Format.WEBP, height, width, orientation);
  }
}
