package dev.masquerade.data.scenes;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.NodeList;

/**
 * Writes square pictures as JPEG, with colour at full resolution: at 64 pixels, halved colour would
 * smear the solids. For one thread at a time; never touches the disk.
 */
final class JpegEncoder implements AutoCloseable {

  private static final String PLATFORM_WRITERS = "com.sun.imageio.";
  private static final String NATIVE_FORMAT = "javax_imageio_jpeg_image_1.0";

  private final ImageWriter writer;
  private final ImageWriteParam parameters;
  private final IIOMetadata metadata;

  /**
   * Creates an encoder.
   *
   * @param quality in {@code (0, 1]}
   */
  JpegEncoder(double quality) {
    writer = platformWriter();
    parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality((float) quality);
    ImageTypeSpecifier type =
        ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
    metadata = writer.getDefaultImageMetadata(type, parameters);
    keepColourResolution(metadata);
  }

  /** Encodes (S, S, 3) red, green, blue samples. */
  byte[] encode(int size, byte[] rgb) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, metadata), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    } finally {
      writer.setOutput(null);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    writer.dispose();
  }

  /** Prefers the platform's writer, so that plugins on the class path do not change the bytes. */
  private static ImageWriter platformWriter() {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    ImageWriter first = null;
    while (writers.hasNext()) {
      ImageWriter next = writers.next();
      if (next.getClass().getName().startsWith(PLATFORM_WRITERS)) {
        return next;
      }
      first = first == null ? next : first;
    }
    if (first == null) {
      throw new IllegalStateException(
          "this Java runtime writes no JPEG; use a full JDK 17 or newer");
    }
    return first;
  }

  private static void keepColourResolution(IIOMetadata metadata) {
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(NATIVE_FORMAT);
    NodeList components = root.getElementsByTagName("componentSpec");
    for (int i = 0; i < components.getLength(); i++) {
      IIOMetadataNode component = (IIOMetadataNode) components.item(i);
      component.setAttribute("HsamplingFactor", "1");
      component.setAttribute("VsamplingFactor", "1");
    }
    try {
      metadata.setFromTree(NATIVE_FORMAT, root);
    } catch (IIOInvalidTreeException e) {
      throw new IllegalStateException("the platform's JPEG metadata are not as documented", e);
    }
  }
}
