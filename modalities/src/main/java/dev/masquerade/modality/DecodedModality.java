package dev.masquerade.modality;

import java.util.List;
import java.util.Optional;

/** One modality of one sample, decoded but not yet cropped or tokenised. Used by one thread. */
public interface DecodedModality {

  /** Returns the size of the picture it holds; empty where it has no extent in space. */
  Optional<FrameSize> frame();

  /**
   * Returns how many crops were computed ahead of training, for content that cannot be cropped any
   * more; 0 for content that can be cropped freely.
   */
  default int storedCrops() {
    return 0;
  }

  /**
   * Crops, flips and tokenises.
   *
   * @param view what part of the sample to take; not spatial modalities ignore all but cropIndex
   * @throws EmptyContentException if there is nothing in this view, so that the sample lacks the
   *     modality
   * @throws BadSampleException if the content does not fit its spec, for example an id outside the
   *     vocabulary
   */
  TokenizedModality tokenize(View view) throws BadSampleException;

  /**
   * Returns what a view shows as numbers, before it is tokenised: the truth that predicted frames
   * are compared with.
   *
   * @return planes as the tokenizer's {@link ModalityTokenizer#codec} decodes them, those of
   *     classes all 0 where a pixel has none; empty where there is no codec, or only ids were
   *     stored
   * @throws BadSampleException if the content does not fit its spec
   */
  default Optional<Planes> planes(View view) throws BadSampleException {
    return Optional.empty();
  }

  /**
   * Returns what a view shows as the tokenizer's {@link ModalityTokenizer#codec} is best given it:
   * {@link #planes}, or something smaller that it takes as well, such as one plane of class
   * numbers.
   *
   * @return empty where only ids were stored
   * @throws BadSampleException if the content does not fit its spec
   */
  default Optional<Planes> content(View view) throws BadSampleException {
    return planes(view);
  }

  /**
   * Returns what a view says as text, before it is tokenised and cut to its longest length: the
   * truth that generated texts are compared with.
   *
   * @return empty where there is none, or only ids were stored
   * @throws BadSampleException if the content does not fit its spec
   */
  default Optional<String> text(View view) throws BadSampleException {
    return Optional.empty();
  }

  /**
   * Returns the boxes of what a view shows, before their corners are counted in bins and as many
   * are kept as a sequence has room for: the truth that generated boxes are compared with.
   *
   * @return named as {@link ModalityTokenizer#boxes} names them; empty where there are none to
   *     know, or only ids were stored
   * @throws BadSampleException if the content does not fit its spec
   */
  default Optional<List<ObjectBox>> boxes(View view) throws BadSampleException {
    return Optional.empty();
  }
}
