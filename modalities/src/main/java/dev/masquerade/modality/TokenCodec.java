package dev.masquerade.modality;

/**
 * The way between planes of numbers (pictures, depth, normals, class scores) and a grid of ids.
 *
 * <p>A patch codebook is one; learned vector-quantising networks are others.
 */
public interface TokenCodec {

  /** Returns how many ids there are. */
  int vocabularySize();

  /** Returns the grid of ids one frame becomes. */
  TokenLayout.Grid grid();

  /** Returns the number of planes of a frame. */
  int channels();

  /**
   * Finds the ids of a frame.
   *
   * @param frame planes of the size the grid stands for
   * @return (L) ids, row by row
   */
  int[] encode(Planes frame);

  /**
   * Rebuilds a frame from ids.
   *
   * @param ids (L) ids, row by row
   */
  Planes decode(int[] ids);

  /**
   * Rebuilds the expected frame under a distribution over ids at every place, which for continuous
   * content errs less than the frame of the likeliest ids.
   *
   * @param probabilities (L, V) numbers, each row summing to 1
   */
  Planes decodeExpected(float[] probabilities);
}
