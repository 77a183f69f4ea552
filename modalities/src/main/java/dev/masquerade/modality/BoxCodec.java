package dev.masquerade.modality;

import java.util.List;

/** The way back from the ids of a modality that writes boxes as text. */
public interface BoxCodec {

  /**
   * Reads the boxes of a view. What is no whole box, as a model that has learnt little writes it,
   * is left out.
   *
   * @param ids with or without end token and sentinels
   */
  List<ObjectBox> boxes(int[] ids);

  /**
   * Refuses text that a person wrote and that is no list of boxes. Unless a codec says what a list
   * of boxes is, all text is taken.
   *
   * @param text as it would be encoded
   * @param whole whether nothing is left open before, between or behind its words
   * @throws BadSampleException saying what is wrong with which box
   */
  default void require(String text, boolean whole) throws BadSampleException {}
}
