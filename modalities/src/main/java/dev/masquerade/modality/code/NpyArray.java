package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * The format, version 1, 2 and 3 [1]: the magic bytes 93 "NUMPY", two bytes of version, the length
 * of the header (two bytes in version 1, four after it, little-endian), the header, the elements.
 * The header is a Python dictionary with the keys 'descr', 'fortran_order' and 'shape'.
 *
 * [1] https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
/** An array as {@code .npy} files hold it: elements in C order, read on demand. Immutable. */
public final class NpyArray {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTOR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z][0-9]*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private final int[] shape;
  private final NpyType type;
  private final ByteBuffer data;
  private final int from;
  private final int size;

  private NpyArray(int[] shape, NpyType type, ByteBuffer data, int from, int size) {
    this.shape = shape;
    this.type = type;
    this.data = data;
    this.from = from;
    this.size = size;
  }

  /**
   * Reads the header of a file and looks at its elements in place.
   *
   * @param file the whole file, which must not change while the array is in use
   * @throws BadSampleException if it is not such a file, is of an unknown type, in Fortran order,
   *     or shorter than its header says
   */
  public static NpyArray read(byte[] file) throws BadSampleException {
    if (file.length < 10 || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BadSampleException("not an npy file: it does not start with 93 'NUMPY'");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int version = file[6];
    if (version < 1 || version > 3) {
      throw new BadSampleException("npy version " + version + " is unknown; 1 to 3 can be read");
    }
    int start = version == 1 ? 10 : 12;
    long length = -1;
    if (version == 1) {
      length = buffer.getShort(8) & 0xffff;
    } else if (file.length >= 12) {
      length = buffer.getInt(8) & 0xffffffffL;
    }
    if (length < 0 || start + length > file.length) {
      throw new BadSampleException("npy file ends inside its header");
    }
    String header = new String(file, start, (int) length, StandardCharsets.UTF_8);
    return body(header, buffer, start + (int) length);
  }

  private static NpyArray body(String header, ByteBuffer buffer, int from)
      throws BadSampleException {
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
    int[] dimensions = dimensions(shape.group(1));
    if (fortran.group(1).equals("True") && dimensions.length > 1) {
      throw new BadSampleException(
          "npy array is in Fortran order; save numpy.ascontiguousarray(array)");
    }
    long size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw new BadSampleException("npy array has more than 2^31 elements");
      }
    }
    long needed = size * type.bytes();
    long there = buffer.capacity() - from;
    if (there < needed) {
      throw new BadSampleException(
          "npy file ends after " + there + " of " + needed + " bytes of elements");
    }
    buffer.order(">".equals(descriptor.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return new NpyArray(dimensions, type, buffer, from, (int) size);
  }

  private static int[] dimensions(String list) throws BadSampleException {
    if (list.isBlank()) {
      return new int[0];
    }
    String[] parts = list.split(",");
    int[] dimensions = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        dimensions[i] = Integer.parseInt(parts[i].strip());
      } catch (NumberFormatException e) {
        throw new BadSampleException("npy shape (" + list + ") cannot be read", e);
      }
      if (dimensions[i] < 0) {
        throw new BadSampleException("npy shape (" + list + ") is negative");
      }
    }
    return dimensions;
  }

  /** Writes integers as {@code int16} where they fit, else as {@code int32}. */
  public static byte[] write(int[] values, int... shape) {
    boolean narrow = true;
    for (int value : values) {
      narrow &= value == (short) value;
    }
    ByteBuffer file = start(narrow ? NpyType.INT16 : NpyType.INT32, values.length, shape);
    for (int value : values) {
      if (narrow) {
        file.putShort((short) value);
      } else {
        file.putInt(value);
      }
    }
    return file.array();
  }

  /** Writes real numbers as {@code float32}. */
  public static byte[] write(float[] values, int... shape) {
    ByteBuffer file = start(NpyType.FLOAT32, values.length, shape);
    file.asFloatBuffer().put(values);
    return file.array();
  }

  /** Writes booleans. */
  public static byte[] write(boolean[] values, int... shape) {
    ByteBuffer file = start(NpyType.BOOL, values.length, shape);
    for (boolean value : values) {
      file.put((byte) (value ? 1 : 0));
    }
    return file.array();
  }

  /** Returns a file of the right size with its header written, ready for the elements. */
  private static ByteBuffer start(NpyType type, int size, int[] shape) {
    StringBuilder header = new StringBuilder("{'descr': '").append(type.descriptor());
    header.append("', 'fortran_order': False, 'shape': (");
    long product = 1;
    for (int dimension : shape) {
      product *= dimension;
      header.append(dimension).append(", ");
    }
    if (product != size) {
      throw new IllegalArgumentException(
          size + " elements do not have the shape " + Arrays.toString(shape));
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
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + size * type.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    file.put(header.toString().getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Returns the length of one dimension. */
  public int dimension(int axis) {
    return shape[axis];
  }

  /** Returns the number of elements. */
  public int size() {
    return size;
  }

  /** Returns the type of the elements. */
  public NpyType type() {
    return type;
  }

  /** Returns one element as a real number, counted in C order. */
  public double real(int index) {
    return type.real(data, from + index * type.bytes());
  }

  /** Returns one whole element, counted in C order; the type must not be real. */
  public long whole(int index) {
    return type.whole(data, from + index * type.bytes());
  }

  /** Copies elements into floats. */
  public void copy(int start, float[] target, int at, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = (float) real(start + i);
    }
  }

  /**
   * Copies ids.
   *
   * @param start first element, counted in C order
   * @param count number of elements
   * @param vocabularySize ids must lie in {@code [0, vocabularySize)}
   * @throws BadSampleException if an id lies outside, or elements are real numbers
   */
  public int[] ids(int start, int count, int vocabularySize) throws BadSampleException {
    if (type.isReal()) {
      throw new BadSampleException("ids must be whole numbers, were " + type);
    }
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      long id = whole(start + i);
      if (id < 0 || id >= vocabularySize) {
        throw new BadSampleException(
            "id " + id + " at place " + i + " is outside the vocabulary of " + vocabularySize);
      }
      ids[i] = (int) id;
    }
    return ids;
  }

  /** Returns the shape as Python writes it. */
  public String shape() {
    StringBuilder text = new StringBuilder("(");
    for (int axis = 0; axis < shape.length; axis++) {
      text.append(axis == 0 ? "" : ", ").append(shape[axis]);
    }
    return text.append(shape.length == 1 ? ",)" : ")").toString();
  }
}
