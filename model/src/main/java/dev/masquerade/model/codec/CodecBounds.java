package dev.masquerade.model.codec;

/** Refuses numbers outside of what they may be. */
final class CodecBounds {

  private CodecBounds() {}

  static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + allowed + ", was " + value);
    }
  }
}
