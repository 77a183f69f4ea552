package dev.masquerade.modality;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way between planes of numbers (pictures, depth, normals, class scores, features) and a grid
 * of ids.
 *
 * <p>A patch codebook is one; learned vector-quantising networks are others. Safe for use by
 * several threads.
 */
public interface TokenCodec {

  /** Returns how many ids there are. */
  int vocabularySize();

  /** Returns the grid of ids one frame becomes. */
  TokenLayout.Grid grid();

  /**
   * Returns H, how many ids each place becomes: the grid has a frame's rows H times over, codebook
   * after codebook.
   */
  default int codebooks() {
    return 1;
  }

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

  /**
   * Finds the ids of several frames, equal to those of each alone.
   *
   * @param frames planes of the size the grid stands for
   * @return (L) ids of each, row by row
   */
  default List<int[]> encodeAll(List<Planes> frames) {
    List<int[]> all = new ArrayList<>();
    frames.forEach(frame -> all.add(encode(frame)));
    return all;
  }

  /**
   * Rebuilds several frames, equal to those of each alone.
   *
   * @param ids (L) ids of each, row by row
   */
  default List<Planes> decodeAll(List<int[]> ids) {
    List<Planes> all = new ArrayList<>();
    ids.forEach(frame -> all.add(decode(frame)));
    return all;
  }

  /**
   * Returns the same tokenizer for ids that stand on another grid.
   *
   * @return empty where it cannot take them
   */
  default Optional<TokenCodec> on(TokenLayout.Grid other) {
    return other.equals(grid()) ? Optional.of(this) : Optional.empty();
  }

  /**
   * Returns how many frames it is worth giving at a time; 1 where a batch is no faster than its
   * frames one by one.
   */
  default int batchSize() {
    return 1;
  }

  /**
   * Returns a digest of all that decides ids, in hexadecimal, so that ids of one tokenizer are not
   * taken for those of another; empty where it cannot tell.
   */
  default String fingerprint() {
    return "";
  }
}
