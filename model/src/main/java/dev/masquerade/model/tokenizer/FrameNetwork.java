package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import java.util.List;

/** A tokenizer network with its weights, over frames in the range it was trained on. */
interface FrameNetwork {

  /** Returns for each frame (L) ids. */
  int[][] encode(List<Planes> frames);

  /**
   * Returns the frames of (L) ids each.
   *
   * @param grid places of a frame
   */
  List<Planes> decode(int[][] ids, TokenLayout.Grid grid);

  /**
   * Returns the frame of the expected code at every place.
   *
   * @param probabilities (L, V) numbers, each row summing to 1
   * @param grid places of the frame
   */
  Planes decodeExpected(float[] probabilities, TokenLayout.Grid grid);
}
