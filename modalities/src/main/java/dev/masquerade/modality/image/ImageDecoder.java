package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalitySettings;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Decodes JPEG, PNG and WebP, turned upright as their Exif says.
 *
 * <p>The format is told from the content, not from a file name. Colour profiles and alpha are left
 * alone, grey becomes three equal channels, 16-bit colours lose their lower byte. Equal bytes give
 * equal pixels. Safe for use by several threads; each keeps its own readers.
 */
public final class ImageDecoder {

  /** Member extensions of the formats that are understood. */
  public static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp");

  /** Default of the largest number of pixels of a picture: 64 million. */
  public static final int DEFAULT_PIXEL_LIMIT = ModalitySettings.DEFAULT_PIXEL_LIMIT;

  private final int pixelLimit;

  /**
   * Creates a decoder.
   *
   * @param pixelLimit largest number of pixels of a picture; larger ones are refused before memory
   *     is taken for them
   */
  public ImageDecoder(int pixelLimit) {
    this.pixelLimit = pixelLimit;
  }

  /** Says whether a file has the name of a picture: one of {@link #EXTENSIONS}, in any case. */
  public static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    return dot > 0 && EXTENSIONS.contains(name.substring(dot + 1));
  }

  /**
   * Returns the size of a picture, turned upright, without decoding it.
   *
   * @throws BadSampleException if it is of another format, damaged or too large
   */
  public FrameSize size(byte[] file) throws BadSampleException {
    ImageHeader header = header(file);
    return header.orientation().turnsSideways()
        ? new FrameSize(header.width(), header.height())
        : new FrameSize(header.height(), header.width());
  }

  /**
   * Decodes a picture of three colours.
   *
   * @throws BadSampleException if it is of another format, damaged, cut short or too large
   */
  public PixelImage colours(byte[] file) throws BadSampleException {
    ImageHeader header = header(file);
    PixelImage image =
        switch (header.format()) {
          case JPEG -> jpeg(file);
          case PNG -> colours(RasterReader.png(file));
          case WEBP -> colours(RasterReader.webp(file));
        };
    return header.orientation().apply(check(image, header));
  }

  /**
   * Decodes a picture of one number per pixel: grey values, or the numbers of palette entries.
   * Numbers stay as stored, whatever their bits.
   *
   * @throws BadSampleException if it has more than one channel, is of another format, damaged, cut
   *     short or too large
   */
  public NumberImage numbers(byte[] file) throws BadSampleException {
    ImageHeader header = header(file);
    BufferedImage image =
        switch (header.format()) {
          case JPEG -> RasterReader.jpeg(JpegFile.read(file).bare());
          case PNG -> RasterReader.png(file);
          case WEBP -> RasterReader.webp(file);
        };
    Raster raster = image.getRaster();
    // Grey with alpha has two bands; the first is the number.
    if (raster.getNumBands() > 2) {
      throw new BadSampleException(
          "picture has " + raster.getNumBands() + " channels where one number per pixel is needed");
    }
    int width = raster.getWidth();
    int height = raster.getHeight();
    char[] samples = new char[height * width];
    if (raster.getDataBuffer() instanceof DataBufferByte data
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && data.getNumBanks() == 1) {
      byte[] from = data.getData();
      int start = start(raster, model) + model.getBandOffsets()[0];
      for (int y = 0; y < height; y++) {
        int at = start + y * model.getScanlineStride();
        for (int x = 0; x < width; x++) {
          samples[y * width + x] = (char) (from[at + x * model.getPixelStride()] & 0xff);
        }
      }
    } else {
      int[] row = new int[width];
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
        for (int x = 0; x < width; x++) {
          samples[y * width + x] = (char) row[x];
        }
      }
    }
    return header.orientation().apply(new NumberImage(height, width, samples));
  }

  private ImageHeader header(byte[] file) throws BadSampleException {
    ImageHeader header = ImageHeader.read(file);
    long pixels = (long) header.height() * header.width();
    if (pixels > pixelLimit) {
      throw new BadSampleException(
          "picture of "
              + header.width()
              + " x "
              + header.height()
              + " pixels exceeds the limit of "
              + pixelLimit
              + ". Raise max_pixels of the run, or --max-pixels of other commands, to accept it");
    }
    return header;
  }

  private static PixelImage jpeg(byte[] file) throws BadSampleException {
    JpegFile jpeg = JpegFile.read(file);
    byte[] bare = jpeg.bare();
    if (jpeg.precision() == 8 && (jpeg.components() == 1 || jpeg.components() == 3)) {
      ImageHeader header = jpeg.header();
      PixelImage image =
          RasterReader.plainJpeg(bare, header.height(), header.width(), jpeg.components());
      return jpeg.components() == 1 ? grey(image) : image;
    }
    return colours(RasterReader.jpeg(bare));
  }

  private static PixelImage check(PixelImage image, ImageHeader header) throws BadSampleException {
    if (image.height() != header.height() || image.width() != header.width()) {
      throw new BadSampleException(
          "picture says it has "
              + header.width()
              + " x "
              + header.height()
              + " pixels but holds "
              + image.width()
              + " x "
              + image.height());
    }
    return image;
  }

  private static PixelImage grey(PixelImage image) {
    byte[] from = image.samples();
    byte[] to = new byte[from.length * 3];
    for (int i = 0; i < from.length; i++) {
      to[3 * i] = from[i];
      to[3 * i + 1] = from[i];
      to[3 * i + 2] = from[i];
    }
    return new PixelImage(image.height(), image.width(), 3, to);
  }

  private static PixelImage colours(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] samples = new byte[height * width * 3];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      int[] row = new int[width];
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
        for (int x = 0; x < width; x++) {
          int colour = palette.getRGB(row[x]);
          int at = (y * width + x) * 3;
          samples[at] = (byte) (colour >> 16);
          samples[at + 1] = (byte) (colour >> 8);
          samples[at + 2] = (byte) colour;
        }
      }
    } else if (raster.getDataBuffer() instanceof DataBufferByte data
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && data.getNumBanks() == 1
        && image.getColorModel().getComponentSize(0) == 8) {
      byte[] from = data.getData();
      int start = start(raster, model);
      int[] offsets = model.getBandOffsets();
      int green = bands < 3 ? offsets[0] : offsets[1];
      int blue = bands < 3 ? offsets[0] : offsets[2];
      int stride = model.getPixelStride();
      int to = 0;
      for (int y = 0; y < height; y++) {
        int at = start + y * model.getScanlineStride();
        for (int x = 0; x < width; x++, at += stride) {
          samples[to++] = from[at + offsets[0]];
          samples[to++] = from[at + green];
          samples[to++] = from[at + blue];
        }
      }
    } else {
      int[] row = new int[width];
      int bits = image.getColorModel().getComponentSize(0);
      int largest = (1 << bits) - 1;
      for (int channel = 0; channel < 3; channel++) {
        int band = bands < 3 ? 0 : channel;
        for (int y = 0; y < height; y++) {
          raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
          for (int x = 0; x < width; x++) {
            int value = bits > 8 ? row[x] >> (bits - 8) : row[x] * 255 / largest;
            samples[(y * width + x) * 3 + channel] = (byte) value;
          }
        }
      }
    }
    return new PixelImage(height, width, 3, samples);
  }

  /** Returns where the first pixel of a raster lies in its buffer. */
  private static int start(Raster raster, PixelInterleavedSampleModel model) {
    return raster.getDataBuffer().getOffset()
        + (raster.getMinY() - raster.getSampleModelTranslateY()) * model.getScanlineStride()
        + (raster.getMinX() - raster.getSampleModelTranslateX()) * model.getPixelStride();
  }
}
