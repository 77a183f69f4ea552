package dev.masquerade.model.weights;

import java.nio.ByteBuffer;

/** What one value of a stored tensor is. All are little-endian; names are those of safetensors. */
public enum ElementType {
  /** IEEE double. */
  F64(8),
  /** IEEE float. */
  F32(4),
  /** IEEE half: 5 bits of exponent, 10 of fraction. */
  F16(2),
  /** The upper half of an {@link #F32}. */
  BF16(2),
  /** Signed, 64 bits. */
  I64(8),
  /** Signed, 32 bits. */
  I32(4),
  /** Signed, 16 bits. */
  I16(2),
  /** Signed, 8 bits. */
  I8(1),
  /** Unsigned, 8 bits. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the number of bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** Says whether values are whole numbers or booleans. */
  public boolean isWhole() {
    return switch (this) {
      case F64, F32, F16, BF16 -> false;
      case I64, I32, I16, I8, U8, BOOL -> true;
    };
  }

  /** Reads one value as a float, rounding where a float cannot hold it. */
  public float floatAt(ByteBuffer littleEndian, int index) {
    return switch (this) {
      case F64 -> (float) littleEndian.getDouble(index * 8);
      case F32 -> littleEndian.getFloat(index * 4);
      case F16 -> halfToFloat(littleEndian.getShort(index * 2));
      case BF16 -> Float.intBitsToFloat(littleEndian.getShort(index * 2) << 16);
      case I64, I32, I16, I8, U8, BOOL -> longAt(littleEndian, index);
    };
  }

  /** Reads one whole value. */
  long longAt(ByteBuffer littleEndian, int index) {
    return switch (this) {
      case I64 -> littleEndian.getLong(index * 8);
      case I32 -> littleEndian.getInt(index * 4);
      case I16 -> littleEndian.getShort(index * 2);
      case I8 -> littleEndian.get(index);
      case U8, BOOL -> littleEndian.get(index) & 0xff;
      case F64, F32, F16, BF16 ->
          throw new IllegalStateException(this + " values are not whole numbers");
    };
  }

  /** Widens a half; every half is a float. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f80_0000 | fraction << 13);
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }

  /** Rounds a float to the nearest bfloat16, ties to even. */
  static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
