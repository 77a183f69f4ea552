package dev.masquerade.model.pack;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A batch packed for a model. All integers stand in one direct buffer, kept pixels in a second and
 * kept vectors in a third, each in native byte order, so that a batch crosses to a device in at
 * most three copies. On a CPU the buffers are read where they are.
 *
 * <p>Close it after the step that used it, never before: closing gives the buffers back to the
 * packer.
 */
public final class PackedBatch implements AutoCloseable {

  private final Packer owner;
  final DirectBuffer indices = new DirectBuffer();
  final DirectBuffer pixels = new DirectBuffer();
  final DirectBuffer vectors = new DirectBuffer();
  final PackedSide encoder;
  final PackedSide decoder;
  int rows;

  PackedBatch(Packer owner, PackedSide encoder, PackedSide decoder) {
    this.owner = owner;
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** Returns B. */
  public int rows() {
    return rows;
  }

  /** Returns what the encoder sees. */
  public PackedSide encoder() {
    return encoder;
  }

  /** Returns what the decoder predicts. */
  public PackedSide decoder() {
    return decoder;
  }

  /** Returns the number of valid tokens on both sides. */
  public int tokens() {
    return encoder.tokens() + decoder.tokens();
  }

  /** Returns the 64-bit integers that the offsets of sides and parts point into. */
  public ByteBuffer indices() {
    return indices.written();
  }

  /**
   * Returns the 8-bit samples, or classes, of patches that the encoder sees or decoder predicts.
   */
  public ByteBuffer pixels() {
    return pixels.written();
  }

  /** Returns the 32-bit numbers of continuous tokens that the encoder sees or decoder predicts. */
  public ByteBuffer vectors() {
    return vectors.written();
  }

  /** Returns the parts of the decoder side, in decoder order. */
  public List<PackedPart> targets() {
    return decoder.parts();
  }

  /** Gives the buffers back to the packer for a later batch. */
  @Override
  public void close() {
    owner.giveBack(this);
  }
}
