package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** An array as {@code .npy} files hold it: elements in C order, read on demand. Immutable. */
public final class NpyArray {

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
    ByteBuffer buffer = ByteBuffer.wrap(file);
    NpyHeader header = NpyHeader.read(buffer);
    int[] shape = header.shape().stream().mapToInt(Integer::intValue).toArray();
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw new BadSampleException("npy array has more than 2^31 elements");
      }
    }
    long needed = size * header.type().bytes();
    long there = (long) file.length - header.bytes();
    if (there < needed) {
      throw new BadSampleException(
          "npy file ends after " + there + " of " + needed + " bytes of elements");
    }
    buffer.order(header.order());
    return new NpyArray(shape, header.type(), buffer, header.bytes(), (int) size);
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
    long product = 1;
    for (int dimension : shape) {
      product *= dimension;
    }
    if (product != size) {
      throw new IllegalArgumentException(
          size + " elements do not have the shape " + Arrays.toString(shape));
    }
    byte[] header = NpyHeader.write(type, shape);
    return ByteBuffer.allocate(header.length + size * type.bytes())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header);
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
