package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The chunks of a PNG file: length, type, content, checksum. */
final class PngFile {

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IHDR = 0x49484452;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int EXIF = 0x65584966;

  private PngFile() {}

  static boolean isPng(byte[] file) {
    return file.length >= 8 && ByteBuffer.wrap(file).getLong(0) == SIGNATURE;
  }

  /** Walks over all chunks: only so does a file that was cut short or damaged show itself. */
  static ImageHeader read(byte[] file) throws BadSampleException {
    ByteBuffer buffer = ByteBuffer.wrap(file);
    CRC32 checksum = new CRC32();
    Orientation orientation = Orientation.UPRIGHT;
    int width = 0;
    int height = 0;
    boolean data = false;
    int position = 8;
    while (true) {
      if (file.length - position < 12) {
        throw new BadSampleException(
            "PNG ends after " + file.length + " bytes, before its end mark");
      }
      int length = buffer.getInt(position);
      int type = buffer.getInt(position + 4);
      if (length < 0 || length > file.length - position - 12) {
        throw new BadSampleException(
            "PNG ends after "
                + file.length
                + " of at least "
                + (position + 12L + (length & 0xffffffffL))
                + " bytes");
      }
      checksum.reset();
      checksum.update(file, position + 4, length + 4);
      if ((int) checksum.getValue() != buffer.getInt(position + 8 + length)) {
        throw new BadSampleException("PNG is damaged: wrong checksum at byte " + position);
      }
      if (width == 0 && (type != IHDR || length != 13)) {
        throw new BadSampleException("PNG does not start with its header");
      }
      if (type == IHDR) {
        width = buffer.getInt(position + 8);
        height = buffer.getInt(position + 12);
        if (width < 1 || height < 1) {
          throw new BadSampleException("PNG has no pixels: " + width + " x " + height);
        }
      } else if (type == EXIF) {
        orientation = Orientation.read(file, position + 8, length);
      } else if (type == IDAT) {
        data = true;
      } else if (type == IEND) {
        break;
      }
      position += length + 12;
    }
    if (!data) {
      throw new BadSampleException("PNG holds no image data");
    }
    return new ImageHeader(ImageHeader.Format.PNG, height, width, orientation);
  }
}
