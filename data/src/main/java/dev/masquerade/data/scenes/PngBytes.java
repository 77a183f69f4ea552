package dev.masquerade.data.scenes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes square pictures as PNG.
 *
 * <p>A page of code rather than ImageIO, whose writer takes ten times as long for small pictures.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics</a>
 */
final class PngBytes {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int GRAY = 0;
  private static final int TRUE_COLOUR = 2;
  private static final byte UNFILTERED = 0;
  private static final byte LEFT_SUBTRACTED = 1;

  private PngBytes() {}

  /** Writes (S, S) 8-bit values of one channel, such as class ids. */
  static byte[] gray(int size, byte[] values) {
    byte[] rows = new byte[size * (size + 1)];
    for (int row = 0; row < size; row++) {
      // Few values in large areas: they compress best as they are.
      rows[row * (size + 1)] = UNFILTERED;
      System.arraycopy(values, row * size, rows, row * (size + 1) + 1, size);
    }
    return file(size, 8, GRAY, rows);
  }

  /** Writes (S, S) 16-bit values of one channel. */
  static byte[] gray16(int size, char[] values) {
    byte[] samples = new byte[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      samples[2 * i] = (byte) (values[i] >> 8);
      samples[2 * i + 1] = (byte) values[i];
    }
    return file(size, 16, GRAY, subtractLeft(size, 2, samples));
  }

  /** Writes (S, S, 3) 8-bit values of three channels. */
  static byte[] rgb(int size, byte[] values) {
    return file(size, 8, TRUE_COLOUR, subtractLeft(size, 3, values));
  }

  private static byte[] subtractLeft(int size, int pixelBytes, byte[] samples) {
    int stride = size * pixelBytes;
    byte[] rows = new byte[size * (stride + 1)];
    for (int row = 0; row < size; row++) {
      int from = row * stride;
      int to = row * (stride + 1);
      rows[to] = LEFT_SUBTRACTED;
      for (int i = 0; i < stride; i++) {
        int left = i < pixelBytes ? 0 : samples[from + i - pixelBytes];
        rows[to + 1 + i] = (byte) (samples[from + i] - left);
      }
    }
    return rows;
  }

  private static byte[] file(int size, int bits, int colourType, byte[] rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(rows.length / 2 + 64);
    out.writeBytes(SIGNATURE);
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(size)
            .putInt(size)
            .put((byte) bits)
            .put((byte) colourType)
            .array();
    chunk(out, "IHDR", header, header.length);
    byte[] packed = new byte[rows.length + rows.length / 1000 + 64];
    Deflater deflater = new Deflater(6);
    int length;
    try {
      deflater.setInput(rows);
      deflater.finish();
      length = deflater.deflate(packed);
      if (!deflater.finished()) {
        throw new IllegalStateException("deflate grew beyond its bound");
      }
    } finally {
      deflater.end();
    }
    chunk(out, "IDAT", packed, length);
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(name);
    out.write(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
