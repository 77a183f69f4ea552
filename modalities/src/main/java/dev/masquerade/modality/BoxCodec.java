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
}
