package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * An ImageIO reader that one thread keeps for picture after picture.
 *
 * <p>Providers are looked up once, when this class is first used; the registry of ImageIO is not
 * made for many threads, and its cache files would make every picture a file.
 */
final class RasterReader implements IIOReadWarningListener {

  private static final ColorSpace SRGB = ColorSpace.getInstance(ColorSpace.CS_sRGB);
  private static final ColorSpace GREY = ColorSpace.getInstance(ColorSpace.CS_GRAY);

  private static final ThreadLocal<RasterReader> PLAIN_JPEG =
      ThreadLocal.withInitial(() -> new RasterReader(Provider.PLAIN_JPEG));
  private static final ThreadLocal<RasterReader> ANY_JPEG =
      ThreadLocal.withInitial(() -> new RasterReader(Provider.ANY_JPEG));
  private static final ThreadLocal<RasterReader> PNG =
      ThreadLocal.withInitial(() -> new RasterReader(Provider.PNG));
  private static final ThreadLocal<RasterReader> WEBP =
      ThreadLocal.withInitial(() -> new RasterReader(Provider.WEBP));

  /** Who makes readers of which format. */
  private static final class Provider {
    /** The JDK's, which is fast and knows grey and three components of 8 bits. */
    static final ImageReaderSpi PLAIN_JPEG =
        find("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi");

    /** TwelveMonkeys', which also knows CMYK, YCCK and files the JDK takes offence at. */
    static final ImageReaderSpi ANY_JPEG =
        find("com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi");

    static final ImageReaderSpi PNG = find("com.sun.imageio.plugins.png.PNGImageReaderSpi");
    static final ImageReaderSpi WEBP =
        find("com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi");

    private static ImageReaderSpi find(String className) {
      IIORegistry registry = IIORegistry.getDefaultInstance();
      Iterator<ImageReaderSpi> all = registry.getServiceProviders(ImageReaderSpi.class, false);
      while (all.hasNext()) {
        ImageReaderSpi provider = all.next();
        if (provider.getClass().getName().equals(className)) {
          return provider;
        }
      }
      throw new IllegalStateException(
          "ImageIO has no " + className + "; it must be on the class path");
    }
  }

  private final ImageReaderSpi provider;
  private @Nullable ImageReader reader;
  private @Nullable String warning;

  private RasterReader(ImageReaderSpi provider) {
    this.provider = provider;
  }

  /** Reads a JPEG of one or three components of 8 bits, without a detour through other orders. */
  static PixelImage plainJpeg(byte[] file, int height, int width, int components)
      throws BadSampleException {
    byte[] samples = new byte[height * width * components];
    int[] offsets = components == 1 ? new int[] {0} : new int[] {0, 1, 2};
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(samples, samples.length),
            width,
            height,
            width * components,
            components,
            offsets,
            null);
    ComponentColorModel model =
        new ComponentColorModel(
            components == 1 ? GREY : SRGB,
            false,
            false,
            java.awt.Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    PLAIN_JPEG.get().read(file, "JPEG", new BufferedImage(model, raster, false, null));
    return new PixelImage(height, width, components, samples);
  }

  static BufferedImage jpeg(byte[] file) throws BadSampleException {
    return ANY_JPEG.get().read(file, "JPEG", null);
  }

  static BufferedImage png(byte[] file) throws BadSampleException {
    return PNG.get().read(file, "PNG", null);
  }

  static BufferedImage webp(byte[] file) throws BadSampleException {
    // The reader fetches eight bytes at a time and would trip over the end of a short file.
    return WEBP.get().read(Arrays.copyOf(file, file.length + Long.BYTES), "WebP", null);
  }

  private BufferedImage read(byte[] file, String format, @Nullable BufferedImage target)
      throws BadSampleException {
    ImageReader with = reader;
    if (with == null) {
      try {
        with = provider.createReaderInstance();
      } catch (IOException e) {
        throw new IllegalStateException("ImageIO cannot create a reader of " + format, e);
      }
      with.addIIOReadWarningListener(this);
      reader = with;
    }
    warning = null;
    try (ByteArrayInput input = new ByteArrayInput(file)) {
      with.setInput(input, true, true);
      ImageReadParam how = with.getDefaultReadParam();
      if (target != null) {
        how.setDestination(target);
      }
      BufferedImage image = with.read(0, how);
      if (warning != null) {
        throw new BadSampleException(explain(format, warning, file.length));
      }
      with.setInput(null);
      return image;
    } catch (IOException | RuntimeException e) {
      // A reader that stumbled may hold a state it does not recover from.
      with.dispose();
      reader = null;
      String cause = e.getMessage();
      throw new BadSampleException(
          explain(format, cause == null ? e.getClass().getSimpleName() : cause, file.length), e);
    }
  }

  private static String explain(String format, String cause, int length) {
    String lower = cause.toLowerCase(Locale.ROOT);
    boolean cut =
        lower.contains("premature end")
            || lower.contains("truncated")
            || lower.contains("missing eoi")
            || lower.contains("unexpected end")
            || lower.contains("eofexception");
    return cut
        ? format + " ends early, after " + length + " bytes"
        : format + " cannot be decoded: " + cause;
  }

  /** Keeps the first warning that is about the picture; profiles are left alone anyway. */
  @Override
  public void warningOccurred(ImageReader source, String text) {
    boolean aboutProfile = text.contains("ICC") || text.contains("color profile");
    if (warning == null && !aboutProfile) {
      warning = text;
    }
  }
}
