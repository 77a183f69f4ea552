package dev.masquerade.modality.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures for tests, drawn and stored in memory. */
public final class TestPictures {

  private TestPictures() {}

  /** Returns a picture of smooth colours with an edge, different in every corner. */
  public static BufferedImage colours(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / width;
        int green = 255 * y / height;
        int blue = x > width / 2 && y > height / 3 ? 200 : 40;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  /** Returns a picture of one 8-bit or 16-bit number per pixel. */
  public static BufferedImage grey(int width, int height, boolean wide, int[] numbers) {
    BufferedImage image =
        new BufferedImage(
            width, height, wide ? BufferedImage.TYPE_USHORT_GRAY : BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, numbers);
    return image;
  }

  /** Stores a picture. */
  public static byte[] store(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, format, output)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Stores four bands as they are, a CMYK JPEG once {@link #adobe} says so. */
  static byte[] fourBandJpeg(int width, int height, int c, int m, int y, int k) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    int[] pixel = {c, m, y, k};
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        raster.setPixel(column, row, pixel);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = writerOfTheJdk();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(output);
      writer.write(new IIOImage(raster, null, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static ImageWriter writerOfTheJdk() {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.")) {
        return writer;
      }
    }
    throw new IllegalStateException("the JDK has no JPEG writer");
  }

  /** Inserts an Adobe segment with a colour transform behind the start of a JPEG. */
  static byte[] adobe(byte[] jpeg, int transform) {
    byte[] segment = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
    };
    return insert(jpeg, 2, segment);
  }

  /** Inserts an Exif segment with an orientation behind the start of a JPEG. */
  public static byte[] exif(byte[] jpeg, int orientation) {
    byte[] tiff = tiff(orientation);
    ByteBuffer segment = ByteBuffer.allocate(4 + 6 + tiff.length);
    segment.putShort((short) 0xffe1).putShort((short) (2 + 6 + tiff.length));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff);
    return insert(jpeg, 2, segment.array());
  }

  /** Inserts an eXIf chunk with an orientation behind the header of a PNG. */
  static byte[] pngExif(byte[] png, int orientation) {
    byte[] tiff = tiff(orientation);
    ByteBuffer chunk = ByteBuffer.allocate(12 + tiff.length);
    chunk.putInt(tiff.length).put("eXIf".getBytes(StandardCharsets.US_ASCII)).put(tiff);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, 4 + tiff.length);
    chunk.putInt((int) checksum.getValue());
    return insert(png, 8 + 25, chunk.array());
  }

  private static byte[] tiff(int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    tiff.putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
    return tiff.array();
  }

  static byte[] insert(byte[] file, int at, byte[] part) {
    return ByteBuffer.allocate(file.length + part.length)
        .put(file, 0, at)
        .put(part)
        .put(file, at, file.length - at)
        .array();
  }

  /**
   * Writes a lossless WebP whose pixels are all one colour: each of the five prefix codes has a
   * single symbol, so that pixels take no bits at all.
   */
  public static byte[] webp(int width, int height, int red, int green, int blue) {
    Bits bits = new Bits();
    bits.put(0x2f, 8);
    bits.put(width - 1, 14);
    bits.put(height - 1, 14);
    // No alpha, version 0.
    bits.put(0, 1);
    bits.put(0, 3);
    // No transform, no colour cache, one group of prefix codes.
    bits.put(0, 3);
    for (int symbol : new int[] {green, red, blue, 255}) {
      // A simple code of one symbol of 8 bits.
      bits.put(1, 1);
      bits.put(0, 1);
      bits.put(1, 1);
      bits.put(symbol, 8);
    }
    // Distances: a simple code of one symbol of 1 bit.
    bits.put(1, 1);
    bits.put(0, 3);
    byte[] data = bits.bytes();
    ByteBuffer file =
        ByteBuffer.allocate(20 + data.length + (data.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(file.capacity() - 8);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(data.length).put(data);
    return file.array();
  }

  /** Bits, the lowest first. */
  private static final class Bits {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int count;

    void put(int value, int width) {
      for (int i = 0; i < width; i++) {
        current |= (value >> i & 1) << count++;
        if (count == 8) {
          bytes.write(current);
          current = 0;
          count = 0;
        }
      }
    }

    byte[] bytes() {
      while (count != 0) {
        put(0, 1);
      }
      return bytes.toByteArray();
    }
  }
}
