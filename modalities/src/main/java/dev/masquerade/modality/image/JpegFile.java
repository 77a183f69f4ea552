package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import java.io.ByteArrayOutputStream;

/*
 * A JPEG file is a row of segments: FF, a marker, two bytes of length (itself included), content.
 * Image data follow the segment "start of scan". Segments APP0 to APP15 and COM hold what is not
 * needed for the pixels (Exif, colour profiles, thumbnails), with two exceptions that say how the
 * components are to be read: APP0 "JFIF" and APP14 "Adobe".
 */
/** The segments of a JPEG file up to its image data. */
final class JpegFile {

  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0};
  private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};

  /** APP0 of version 1.1 without a density: components are YCbCr, or grey. */
  private static final byte[] JFIF_SEGMENT = {
    (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  /** APP14 with transform 0: components are RGB as they stand. */
  private static final byte[] ADOBE_RGB_SEGMENT = {
    (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  private final byte[] file;
  private final ByteArrayOutputStream bare = new ByteArrayOutputStream();
  private int height;
  private int width;
  private int components;
  private int precision;
  private Orientation orientation = Orientation.UPRIGHT;
  private boolean jfif;
  private boolean adobe;
  private boolean namedRgb;
  private boolean superfluous;
  private int scan;

  private JpegFile(byte[] file) {
    this.file = file;
  }

  static boolean isJpeg(byte[] file) {
    return file.length > 3 && at(file, 0) == 0xff && at(file, 1) == 0xd8 && at(file, 2) == 0xff;
  }

  static JpegFile read(byte[] file) throws BadSampleException {
    JpegFile jpeg = new JpegFile(file);
    jpeg.walk();
    return jpeg;
  }

  ImageHeader header() {
    return new ImageHeader(ImageHeader.Format.JPEG, height, width, orientation);
  }

  int components() {
    return components;
  }

  int precision() {
    return precision;
  }

  /**
   * Returns the file without what the pixels do not need: decoding is faster, colour profiles are
   * left alone as other readers in this field leave them, and a file without JFIF and Adobe
   * segments is told to be what it most likely is.
   */
  byte[] bare() {
    boolean guess = !jfif && !adobe;
    if (!superfluous && !guess) {
      return file;
    }
    byte[] kept = bare.toByteArray();
    byte[] added = new byte[0];
    if (guess && components != 4) {
      added = namedRgb ? ADOBE_RGB_SEGMENT : JFIF_SEGMENT;
    }
    byte[] result = new byte[2 + added.length + kept.length + file.length - scan];
    result[0] = file[0];
    result[1] = file[1];
    System.arraycopy(added, 0, result, 2, added.length);
    System.arraycopy(kept, 0, result, 2 + added.length, kept.length);
    System.arraycopy(file, scan, result, 2 + added.length + kept.length, file.length - scan);
    return result;
  }

  private void walk() throws BadSampleException {
    int position = 2;
    while (true) {
      while (position < file.length && at(file, position) == 0xff) {
        position++;
      }
      // The marker and its length.
      if (position + 3 > file.length) {
        throw endsEarly();
      }
      int marker = at(file, position);
      int start = position + 3;
      int length = (at(file, position + 1) << 8 | at(file, position + 2)) - 2;
      if (at(file, position - 1) != 0xff || marker == END_OF_IMAGE || length < 0) {
        throw new BadSampleException("JPEG is damaged at byte " + position);
      }
      if (marker == START_OF_SCAN) {
        scan = position - 1;
        break;
      }
      if (start + length > file.length) {
        throw endsEarly();
      }
      segment(marker, start, length);
      position = start + length;
      if (position < file.length && at(file, position) != 0xff) {
        throw new BadSampleException("JPEG is damaged at byte " + position);
      }
    }
    if (components == 0) {
      throw new BadSampleException("JPEG has no frame header before its image data");
    }
  }

  private void segment(int marker, int start, int length) throws BadSampleException {
    boolean keep = true;
    if (marker >= APP0 && marker <= APP15) {
      keep = false;
      if (marker == APP0 && !jfif && startsWith(start, length, JFIF)) {
        jfif = true;
        keep = true;
      } else if (marker == APP14 && startsWith(start, length, ADOBE)) {
        adobe = true;
        keep = true;
      } else if (marker == APP1 && startsWith(start, length, EXIF)) {
        orientation = Orientation.read(file, start + EXIF.length, length - EXIF.length);
      }
    } else if (marker == COMMENT) {
      keep = false;
    } else if (marker >= 0xc0
        && marker <= 0xcf
        && marker != 0xc4
        && marker != 0xc8
        && marker != 0xcc) {
      frame(start, length);
    }
    if (keep) {
      bare.write(0xff);
      bare.write(file, start - 3, length + 3);
    } else {
      superfluous = true;
    }
  }

  private void frame(int start, int length) throws BadSampleException {
    if (length < 6 || length < 6 + 3 * at(file, start + 5)) {
      throw new BadSampleException("JPEG has a damaged frame header");
    }
    precision = at(file, start);
    height = at(file, start + 1) << 8 | at(file, start + 2);
    width = at(file, start + 3) << 8 | at(file, start + 4);
    components = at(file, start + 5);
    namedRgb =
        components == 3
            && at(file, start + 6) == 'R'
            && at(file, start + 9) == 'G'
            && at(file, start + 12) == 'B';
    if (height == 0 || width == 0) {
      throw new BadSampleException("JPEG has no pixels: " + width + " x " + height);
    }
  }

  private boolean startsWith(int start, int length, byte[] prefix) {
    if (length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (file[start + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private BadSampleException endsEarly() {
    return new BadSampleException("JPEG ends inside its header, after " + file.length + " bytes");
  }

  private static int at(byte[] bytes, int position) {
    return bytes[position] & 0xff;
  }
}
