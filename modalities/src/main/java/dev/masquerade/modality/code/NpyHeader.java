package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * The format, version 1, 2 and 3 [1]: the magic bytes 93 "NUMPY", two bytes of version, the length
 * of the header (two bytes in version 1, four after it, little-endian), the header, the elements.
 * The header is a Python dictionary with the keys 'descr', 'fortran_order' and 'shape'.
 *
 * [1] https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
/**
 * What stands before the elements of an {@code .npy} file.
 *
 * @param type of the elements, which stand in C order
 * @param order of an element's bytes
 * @param shape length of each dimension
 * @param bytes where the elements begin
 */
public record NpyHeader(NpyType type, ByteOrder order, List<Integer> shape, int bytes) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTOR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z][0-9]*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads a header.
   *
   * @param file the file from its first byte on, or as much of it as holds the header
   * @throws BadSampleException if it is not such a file, is of an unknown type or in Fortran order
   */
  public static NpyHeader read(ByteBuffer file) throws BadSampleException {
    ByteBuffer buffer = file.duplicate().order(ByteOrder.LITTLE_ENDIAN).rewind();
    if (buffer.limit() < 10 || buffer.mismatch(ByteBuffer.wrap(MAGIC)) != MAGIC.length) {
      throw new BadSampleException("not an npy file: it does not start with 93 'NUMPY'");
    }
    int version = buffer.get(6);
    if (version < 1 || version > 3) {
      throw new BadSampleException("npy version " + version + " is unknown; 1 to 3 can be read");
    }
    int start = version == 1 ? 10 : 12;
    long length = -1;
    if (version == 1) {
      length = buffer.getShort(8) & 0xffff;
    } else if (buffer.limit() >= 12) {
      length = buffer.getInt(8) & 0xffffffffL;
    }
    if (length < 0 || start + length > buffer.limit()) {
      throw new BadSampleException("npy file ends inside its header");
    }
    byte[] text = new byte[(int) length];
    buffer.get(start, text);
    return of(new String(text, StandardCharsets.UTF_8), start + (int) length);
  }

  private static NpyHeader of(String header, int bytes) throws BadSampleException {
    Matcher descriptor = DESCRIPTOR.matcher(header);
    Matcher fortran = FORTRAN.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!fortran.find() || !shape.find()) {
      throw new BadSampleException("npy header lacks 'fortran_order' or 'shape'");
    }
    NpyType type = descriptor.find() ? NpyType.of(descriptor.group(2)).orElse(null) : null;
    if (type == null) {
      throw new BadSampleException(
          "npy element type is not a boolean, integer or real number: " + header.strip());
    }
    List<Integer> dimensions = dimensions(shape.group(1));
    if (fortran.group(1).equals("True") && dimensions.size() > 1) {
      throw new BadSampleException(
          "npy array is in Fortran order; save numpy.ascontiguousarray(array)");
    }
    ByteOrder order =
        ">".equals(descriptor.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(type, order, dimensions, bytes);
  }

  private static List<Integer> dimensions(String list) throws BadSampleException {
    List<Integer> dimensions = new ArrayList<>();
    for (String part : list.isBlank() ? new String[0] : list.split(",")) {
      try {
        dimensions.add(Integer.parseInt(part.strip()));
      } catch (NumberFormatException e) {
        throw new BadSampleException("npy shape (" + list + ") cannot be read", e);
      }
      if (dimensions.get(dimensions.size() - 1) < 0) {
        throw new BadSampleException("npy shape (" + list + ") is negative");
      }
    }
    return dimensions;
  }

  /** Returns the first bytes of a file of little-endian elements in C order. */
  public static byte[] write(NpyType type, int... shape) {
    StringBuilder header = new StringBuilder("{'descr': '").append(type.descriptor());
    header.append("', 'fortran_order': False, 'shape': (");
    for (int dimension : shape) {
      header.append(dimension).append(", ");
    }
    if (shape.length > 1) {
      header.setLength(header.length() - 2);
    } else if (shape.length == 1) {
      header.setLength(header.length() - 1);
    }
    header.append("), }");
    // Elements start at a multiple of 64 bytes, and the header ends with a line break.
    while ((10 + header.length() + 1) % 64 != 0) {
      header.append(' ');
    }
    header.append('\n');
    return ByteBuffer.allocate(10 + header.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) header.length())
        .put(header.toString().getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
