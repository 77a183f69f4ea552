package dev.masquerade.modality.code;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Element types of {@code .npy} arrays that are understood. */
public enum NpyType {
  /** Boolean, one byte. */
  BOOL("b1", 1),
  /** Signed integers. */
  INT8("i1", 1),
  /** Signed 16-bit integers. */
  INT16("i2", 2),
  /** Signed 32-bit integers. */
  INT32("i4", 4),
  /** Signed 64-bit integers. */
  INT64("i8", 8),
  /** Unsigned integers. */
  UINT8("u1", 1),
  /** Unsigned 16-bit integers. */
  UINT16("u2", 2),
  /** Unsigned 32-bit integers. */
  UINT32("u4", 4),
  /** Unsigned 64-bit integers; values of 2^63 and more are refused when read. */
  UINT64("u8", 8),
  /** Half precision. */
  FLOAT16("f2", 2),
  /** Single precision. */
  FLOAT32("f4", 4),
  /** Double precision. */
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the type of a kind and size such as {@code i2}. */
  static Optional<NpyType> of(String code) {
    for (NpyType type : values()) {
      if (type.code.equals(code)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns how headers of little-endian files write the type. */
  String descriptor() {
    return (bytes == 1 ? "|" : "<") + code;
  }

  /** Says whether elements are real numbers. */
  public boolean isReal() {
    return code.charAt(0) == 'f';
  }

  /**
   * Returns one element as a real number.
   *
   * @param data in the byte order of the file
   * @param at its first byte
   */
  public double real(ByteBuffer data, int at) {
    return switch (this) {
      case FLOAT16 -> half(data.getShort(at));
      case FLOAT32 -> data.getFloat(at);
      case FLOAT64 -> data.getDouble(at);
      case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> whole(data, at);
    };
  }

  long whole(ByteBuffer data, int at) {
    return switch (this) {
      case BOOL -> data.get(at) == 0 ? 0 : 1;
      case INT8 -> data.get(at);
      case INT16 -> data.getShort(at);
      case INT32 -> data.getInt(at);
      case INT64, UINT64 -> data.getLong(at);
      case UINT8 -> data.get(at) & 0xff;
      case UINT16 -> data.getShort(at) & 0xffff;
      case UINT32 -> data.getInt(at) & 0xffffffffL;
      case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(this + " is not whole");
    };
  }

  /** Widens IEEE 754 half precision; the JDK can do so only from version 20 on. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
  }
}
