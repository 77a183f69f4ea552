package dev.masquerade.modality.code;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenCodec;
import java.util.Optional;

/** A tokenizer of pictures, which says how stored pictures become the frames it takes. */
public interface FrameCodec extends TokenCodec {

  /** Returns what its frames are. */
  FrameFormat frames();

  @Override
  default int channels() {
    return frames().channels();
  }

  /**
   * Returns the same tokenizer for frames of another size.
   *
   * @return empty where it was made for one size, or cannot cut this one into patches
   */
  default Optional<FrameCodec> at(FrameSize size) {
    return size.equals(frames().size()) ? Optional.of(this) : Optional.empty();
  }

  /**
   * Returns the same tokenizer for a modality of this name, which tells what planes mean where the
   * tokenizer does not: normals are three planes as colours are, and depth is one as edges are.
   */
  default FrameCodec as(ModalityName name) {
    return this;
  }

  /**
   * Says whether frames of classes may be given as one plane of class numbers, {@link
   * dev.masquerade.modality.TokenSpace.ClassPatches#NO_CLASS} where a pixel has none, in place of a
   * plane per class.
   */
  default boolean takesClassNumbers() {
    return false;
  }

  /**
   * Finds the ids of a class map, as {@link #encode} does of its planes.
   *
   * @param numbers (height, width) classes below the number of classes
   */
  default int[] encodeClasses(char[] numbers) {
    return encode(FrameReader.planes(numbers, frames()));
  }
}
