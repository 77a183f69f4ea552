package dev.masquerade.modality;

import java.util.Optional;
import java.util.Set;

/** Turns the stored bytes of one modality into tokens. Safe for use by several threads. */
public interface ModalityTokenizer {

  /** Returns what its tokens are. */
  ModalitySpec spec();

  /** Returns the member extensions it reads, lower case without a dot, for example {@code jpg}. */
  Set<String> extensions();

  /**
   * Decodes one stored member. Equal bytes give equal results.
   *
   * @param bytes the whole member
   * @param extension one of {@link #extensions()}
   * @throws EmptyContentException if there is nothing in it, so that the sample lacks the modality
   * @throws BadSampleException if the content cannot be used, saying what is wrong with it
   */
  DecodedModality decode(byte[] bytes, String extension) throws BadSampleException;

  /**
   * Returns the edge of the square patches of numbers, row by row and channel fastest, that vectors
   * on a grid are; 1 where each belongs to one place, as features do. What pixels and classes are
   * cut into, their space says.
   */
  default int patchSize() {
    return 1;
  }

  /** Returns the way back from ids to pictures or values, where there is one. */
  default Optional<TokenCodec> codec() {
    return Optional.empty();
  }

  /** Returns the way back from ids to text, where tokens are text. */
  default Optional<TextCodec> text() {
    return Optional.empty();
  }

  /** Returns the way back from ids to boxes, where tokens are boxes written as text. */
  default Optional<BoxCodec> boxes() {
    return Optional.empty();
  }
}
